import { useEffect, useState } from "react";
import { type Extent, Player } from "./player.ts";
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
