import { createStore, type ReadableStore } from "../room/store.ts";
import type { MediaClient } from "./media-client.ts";
import type { TrackKey } from "./track-key.ts";

/** The client of now and, until that one has a way for media, the one of before: its last pictures stay meanwhile. */
export class Handover {
  readonly #tracks = createStore<ReadonlyMap<TrackKey, MediaStreamTrack>>(new Map());
  #current: MediaClient | undefined;
  #former: MediaClient | undefined;

  get current(): MediaClient | undefined {
    return this.#current;
  }
  /** What of others' is there to be shown or heard. */
  get tracks(): ReadableStore<ReadonlyMap<TrackKey, MediaStreamTrack>> {
    return this.#tracks;
  }

  /** One that never had its way has nothing to show. */
  begin(client: MediaClient): void {
    if (this.#former) this.#current?.close();
    else this.#former = this.#current;
    this.#current = client;
    client.tracks.subscribe(() => client === this.#current && this.#publish());
  }

  /** The current one has its way. */
  complete(): void {
    this.#former?.close();
    this.#former = undefined;
    this.#publish();
  }

  end(): void {
    this.#current?.close();
    this.#former?.close();
    this.#current = undefined;
    this.#former = undefined;
    this.#publish();
  }

  #publish(): void {
    this.#tracks.set(new Map([...(this.#former?.tracks.get() ?? []), ...(this.#current?.tracks.get() ?? [])]));
  }
}
