/** https://wicg.github.io/document-picture-in-picture: not in the DOM types yet. */
interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

/** Opens windows that stay in sight above other programs; undefined where a video alone can be in such a one. */
export const floatingWindows = (): DocumentPictureInPicture | undefined =>
  (window as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;
