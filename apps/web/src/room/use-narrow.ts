import { useSyncExternalStore } from "react";

/** Below this there is no room for two panes side by side; room-view.css uses the same. */
const narrow = matchMedia("(width < 760px)");

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener("change", listener);
      return () => narrow.removeEventListener("change", listener);
    },
    () => narrow.matches,
  );
}
