import type { SocketKind } from "./frame-socket.ts";

/** For so long after WebSockets failed, HTTP is taken at once; then a WebSocket is tried first again. In milliseconds. */
const retryAfterMs = 5 * 60_000;
/** So many in a row have to fail while HTTP works: a server that starts again fails one, and a proxy all of them. */
const failuresNeeded = 2;

const storageKey = "greenroom.no-websocket-since";

/** What the choice is remembered in, for the tab. */
export type ChoiceStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Which kind of socket to open next. [T12] */
export class SocketChoice {
  readonly #storage: ChoiceStorage;
  readonly #now: () => number;
  #failures = 0;

  constructor(storage: ChoiceStorage, now: () => number = Date.now) {
    this.#storage = storage;
    this.#now = now;
  }

  next(): SocketKind {
    const since = Number(this.#storage.getItem(storageKey) ?? Number.NaN);
    const age = this.#now() - since;
    // A clock that was set back makes an age of less than nothing.
    return age >= 0 && age < retryAfterMs ? "http" : "websocket";
  }

  /** A room came through. */
  worked(kind: SocketKind): void {
    if (kind === "http") return;
    this.#failures = 0;
    this.#storage.removeItem(storageKey);
  }

  /** Nothing came through a WebSocket, though HTTP works. One that was held instead of refused is proof enough. */
  webSocketFailed({ isHeld }: { isHeld: boolean }): void {
    this.#failures += isHeld ? failuresNeeded : 1;
    if (this.#failures >= failuresNeeded) this.#storage.setItem(storageKey, String(this.#now()));
  }

  /** Nothing came through HTTP either: the network may be another one now. */
  httpFailed(): void {
    this.#storage.removeItem(storageKey);
  }
}

/** The tab's own storage, or memory alone where the browser lets pages keep nothing. */
export function tabStorage(): ChoiceStorage {
  try {
    sessionStorage.getItem(storageKey);
    return sessionStorage;
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}

/** Long enough for a slow network, in milliseconds. */
const aliveWithinMs = 3000;

/** Whether plain HTTP reaches our server, and no other that answers in its place. */
export async function isHttpWorking(origin: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL("/healthz", origin), {
      cache: "no-store",
      signal: AbortSignal.timeout(aliveWithinMs),
    });
    const body: unknown = await answer.json();
    return answer.ok && typeof body === "object" && body !== null && "status" in body && body.status === "alive";
  } catch {
    return false;
  }
}
