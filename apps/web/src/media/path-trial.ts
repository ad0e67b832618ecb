import { createStore, type ReadableStore } from "../room/store.ts";
import { faultOf } from "./find-fault.ts";
import type { CallFault } from "./media-faults.ts";
import { MediaLost, type MediaSocket } from "./media-socket.ts";
import type { MediaPath } from "./path.ts";
import { NoPath, probePath } from "./probe.ts";

/** What the lobby has found out about the way. */
export type PathFinding =
  | { readonly kind: "none" | "trying" }
  | { readonly kind: "found"; readonly path: MediaPath }
  | { readonly kind: "fault"; readonly fault: CallFault; readonly triedRelay: boolean };

/** Tries the way for media while one is in the lobby. [V9] */
export class PathTrial {
  readonly #socket: MediaSocket;
  readonly #finding = createStore<PathFinding>({ kind: "none" });

  constructor(socket: MediaSocket) {
    this.#socket = socket;
  }

  get finding(): ReadableStore<PathFinding> {
    return this.#finding;
  }

  begin(): void {
    this.#finding.set({ kind: "trying" });
    if (this.#socket.connection.get().kind === "open") void this.#probe();
    else this.#socket.open();
  }

  end(): void {
    this.#finding.set({ kind: "none" });
  }

  /** The socket is there; a service that was away is tried again. */
  opened(): void {
    const finding = this.#finding.get();
    if (finding.kind === "fault" && finding.fault === "no-answer") this.#finding.set({ kind: "trying" });
    if (this.#finding.get().kind === "trying") void this.#probe();
  }

  failed(fault: CallFault, triedRelay = false): void {
    this.#finding.set({ kind: "fault", fault, triedRelay });
  }

  async #probe(): Promise<void> {
    try {
      const path = await probePath(this.#socket);
      if (this.#finding.get().kind === "trying") this.#finding.set({ kind: "found", path });
    } catch (error) {
      // A broken socket is opened again, and asked again.
      if (error instanceof MediaLost || this.#finding.get().kind !== "trying") return;
      this.failed(faultOf(error), error instanceof NoPath && error.triedRelay);
    }
  }
}
