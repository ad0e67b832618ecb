import type { Connection } from "./room-socket.ts";
import type { Saving } from "./saving.ts";
import type { ReadableStore } from "./store.ts";

/** A room that is left stays connected this long at most until its changes are acknowledged, in milliseconds. */
const longestMs = 3000;

/** Whoever leaves may not come back to send what is on its way: calls back once it has arrived, or cannot. */
export function onceSeenOff(
  { saving, connection }: { saving: ReadableStore<Saving>; connection: ReadableStore<Connection> },
  then: () => void,
): void {
  const isDone = () => saving.get().unsaved === 0 || connection.get().kind !== "open";
  if (isDone()) return then();
  const finish = () => {
    clearTimeout(timer);
    for (const unsubscribe of watches) unsubscribe();
    then();
  };
  const look = () => {
    if (isDone()) finish();
  };
  const timer = setTimeout(finish, longestMs);
  const watches = [saving.subscribe(look), connection.subscribe(look)];
}
