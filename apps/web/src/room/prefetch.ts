/** Fetches the room and its editor while a person types their name, once the page itself has settled. */
export function prefetchRoom(): void {
  const load = () => {
    // A failure shows when the room is opened, with its cause.
    void import("../pages/guest-room-page.tsx").catch(() => {});
    void import("../editor/code-editor.tsx").catch(() => {});
  };
  // Safari has no requestIdleCallback.
  const idle = window.requestIdleCallback as typeof window.requestIdleCallback | undefined;
  if (idle) idle(load, { timeout: 1000 });
  else setTimeout(load, 200);
}
