import { createStore, type ReadableStore } from "../room/store.ts";
import { faultOf } from "./find-fault.ts";
import type { CallFault } from "./media-faults.ts";
import { MediaLost, type MediaSocket } from "./media-socket.ts";
import type { MediaPath } from "./path.ts";
import { NoPath } from "./probe.ts";

/** What the lobby has found out about the way. */
export type PathFinding =
  | { readonly kind: "none" | "trying" }
  | { readonly kind: "found"; readonly path: MediaPath }
  | { readonly kind: "fault"; readonly fault: CallFault; readonly triedRelay: boolean };

export type TrialSocket = Pick<MediaSocket, "connection" | "open">;

/** Tries the way for media while one is in the lobby. [V9] */
export class PathTrial {
  readonly #socket: TrialSocket;
  readonly #probe: (signal: AbortSignal) => Promise<MediaPath>;
  readonly #finding = createStore<PathFinding>({ kind: "none" });
  /** One after the other: what an earlier attempt finds says nothing of the network as it is now. */
  #attempt = new AbortController();

  constructor(socket: TrialSocket, probe: (signal: AbortSignal) => Promise<MediaPath>) {
    this.#socket = socket;
    this.#probe = probe;
  }

  get finding(): ReadableStore<PathFinding> {
    return this.#finding;
  }

  begin(): void {
    this.#attempt.abort();
    this.#finding.set({ kind: "trying" });
    if (this.#socket.connection.get().kind === "open") void this.#try();
    else this.#socket.open();
  }

  end(): void {
    this.#attempt.abort();
    this.#finding.set({ kind: "none" });
  }

  /** Another network may let through what the one before did not. */
  networkChanged(): void {
    const finding = this.#finding.get();
    if (finding.kind === "fault" && finding.fault === "no-path") this.begin();
  }

  /** The socket is there; a service that was away is tried again. */
  opened(): void {
    const finding = this.#finding.get();
    if (finding.kind === "fault" && finding.fault === "no-answer") this.#finding.set({ kind: "trying" });
    if (this.#finding.get().kind === "trying") void this.#try();
  }

  failed(fault: CallFault, triedRelay = false): void {
    this.#attempt.abort();
    this.#finding.set({ kind: "fault", fault, triedRelay });
  }

  async #try(): Promise<void> {
    this.#attempt.abort();
    const { signal } = (this.#attempt = new AbortController());
    try {
      const path = await this.#probe(signal);
      if (!signal.aborted) this.#finding.set({ kind: "found", path });
    } catch (error) {
      // A broken socket is opened again, and asked again.
      if (signal.aborted || error instanceof MediaLost) return;
      this.failed(faultOf(error), error instanceof NoPath && error.triedRelay);
    }
  }
}
