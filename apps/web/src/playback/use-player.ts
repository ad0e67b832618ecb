import { useEffect, useState, useSyncExternalStore } from "react";
import { Player } from "./player.ts";
import type { Extent, Shown } from "./player-state.ts";
import { sessionSource } from "./source.ts";

const clock = {
  now: () => performance.now(),
  frame: (callback: () => void) => {
    const handle = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(handle);
  },
};

/** A player of a session's log for as long as the page is open; it begins at an instant, in milliseconds since the epoch. */
export function usePlayer(sessionId: string, extent: Extent, startAt: number): Player {
  const [player] = useState(() => new Player({ source: sessionSource(sessionId), clock, extent }));
  const [start] = useState(startAt);
  useEffect(() => player.extend(extent), [player, extent]);
  useEffect(() => {
    void player.seek({ at: start });
    return () => player.close();
  }, [player, start]);
  return player;
}

/** A part of what is shown: whoever uses it is drawn anew when that part changes, and not with every event. */
export function useShown<T>(player: Player, part: (shown: Shown) => T): T {
  return useSyncExternalStore(player.shown.subscribe, () => part(player.shown.get()));
}
