import { createStore, type ReadableStore } from "../room/store.ts";
import type { MediaChoices } from "./media-choices.ts";
import type { TrackKey } from "./track-key.ts";

export interface RemoteSoundsOptions {
  readonly tracks: ReadableStore<ReadonlyMap<TrackKey, MediaStreamTrack>>;
  readonly choices: ReadableStore<MediaChoices>;
}

/** Everybody else's sound, wherever their picture is. */
export class RemoteSounds {
  readonly #options: RemoteSoundsOptions;
  readonly #isBlocked = createStore(false);
  readonly #playing = new Map<MediaStreamTrack, HTMLAudioElement>();
  readonly #unsubscribe: (() => void)[];

  constructor(options: RemoteSoundsOptions) {
    this.#options = options;
    const { tracks, choices } = options;
    this.#unsubscribe = [tracks.subscribe(() => this.#follow()), choices.subscribe(() => this.#chooseSpeaker())];
  }

  /** The browser plays no sound before somebody has touched the page. */
  get isBlocked(): ReadableStore<boolean> {
    return this.#isBlocked;
  }

  /** Somebody has. */
  unblock(): void {
    this.#isBlocked.set(false);
    for (const audio of this.#playing.values()) this.#play(audio);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const audio of this.#playing.values()) audio.srcObject = null;
    this.#playing.clear();
  }

  #follow(): void {
    const tracks = new Set([...this.#options.tracks.get().values()].filter(({ kind }) => kind === "audio"));
    for (const [track, audio] of this.#playing) {
      if (tracks.has(track)) continue;
      audio.srcObject = null;
      this.#playing.delete(track);
    }
    for (const track of tracks) {
      if (!this.#playing.has(track)) this.#begin(track);
    }
  }

  #begin(track: MediaStreamTrack): void {
    const audio = new Audio();
    audio.srcObject = new MediaStream([track]);
    this.#playing.set(track, audio);
    this.#chooseSpeaker();
    this.#play(audio);
  }

  #play(audio: HTMLAudioElement): void {
    audio.play().catch((error: unknown) => {
      // Anything else is a track that was taken away while it began.
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#isBlocked.set(true);
    });
  }

  #chooseSpeaker(): void {
    const { speakerId = "" } = this.#options.choices.get();
    for (const audio of this.#playing.values()) {
      // Where the browser lets no page choose, or the speaker is gone, the system's own is used.
      if ("setSinkId" in audio && audio.sinkId !== speakerId) void audio.setSinkId(speakerId).catch(() => {});
    }
  }
}
