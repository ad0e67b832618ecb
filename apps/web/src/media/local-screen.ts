import { createStore, type ReadableStore } from "../room/store.ts";
import { pictures, type Picture } from "./layers.ts";

/** What one shows of one's own screen; the sound is there where browser and person give it. */
export interface SharedScreen {
  readonly picture: MediaStreamTrack;
  readonly sound: MediaStreamTrack | undefined;
}

/** Phones have no way to show their screen. */
export const canShareScreen = (): boolean =>
  // The DOM types say that it is always there; on an insecure origin it is not.
  "getDisplayMedia" in ((navigator.mediaDevices as MediaDevices | undefined) ?? {});

/** One's own screen, for as long as it is shown. */
export class LocalScreen {
  readonly #shared = createStore<SharedScreen | undefined>(undefined);

  get shared(): ReadableStore<SharedScreen | undefined> {
    return this.#shared;
  }

  /** False when the person, or the system, would not have it. */
  async start(quality: Picture): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({
        video: { frameRate: { max: pictures[quality].screenFrameRate } },
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
      const [picture] = stream.getVideoTracks();
      if (!picture) return false;
      this.stop();
      // Letters have to be sharp, and may move in jumps.
      picture.contentHint = "detail";
      picture.addEventListener("ended", () => this.#shared.get()?.picture === picture && this.stop());
      this.#shared.set({ picture, sound: stream.getAudioTracks()[0] });
      return true;
    } catch {
      return false;
    }
  }

  stop(): void {
    const shared = this.#shared.get();
    this.#shared.set(undefined);
    shared?.picture.stop();
    shared?.sound?.stop();
  }
}
