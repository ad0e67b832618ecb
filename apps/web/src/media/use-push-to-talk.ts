import { useEffect } from "react";
import { useStore } from "../room/store.ts";
import type { Call } from "./call.ts";

/** Where a space means something else: whatever takes text or is operated by keys. */
const elsewhere =
  "input, textarea, select, button, a, [contenteditable], [role], [tabindex='0'], .monaco-editor, .xterm";

/** Who is muted is heard for as long as the space bar is held, outside of the editor and of anything that is operated by it. */
export function usePushToTalk(call: Call): void {
  const isIn = useStore(call.phase).kind === "in";
  useEffect(() => {
    if (!isIn) return;
    let isTalking = false;
    const listeners = new AbortController();
    const { signal } = listeners;
    const stop = () => {
      if (isTalking) call.own.talk(false);
      isTalking = false;
    };
    const pressed = (event: KeyboardEvent) => {
      if (event.code !== "Space" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(elsewhere)) return;
      // Nobody is asked for a microphone because a key was pressed.
      if (call.own.local.microphone.get().kind !== "on") return;
      event.preventDefault();
      if (event.repeat || !call.own.isMuted.get()) return;
      isTalking = true;
      call.own.talk(true);
    };
    window.addEventListener("keydown", pressed, { signal });
    window.addEventListener("keyup", (event) => event.code === "Space" && stop(), { signal });
    // The key may be let go of elsewhere.
    window.addEventListener("blur", stop, { signal });
    return () => {
      listeners.abort();
      stop();
    };
  }, [call, isIn]);
}
