import type { MediaNews, MediaSource } from "@greenroom/shared/protocol/media.ts";
import type { AccessSource } from "../api/access.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { CallHealth } from "./call-health.ts";
import { CallPeople } from "./call-people.ts";
import { faultOf, faultOfClose } from "./find-fault.ts";
import { Handover } from "./handover.ts";
import { callMemory, keptChoices, type CallMemory, type ChoiceStore } from "./media-choices.ts";
import { MediaClient } from "./media-client.ts";
import type { TrackKey } from "./track-key.ts";
import type { CallFault } from "./media-faults.ts";
import { MediaLost, MediaSocket } from "./media-socket.ts";
import { OwnMedia } from "./own-media.ts";
import { PathTrial } from "./path-trial.ts";
import { probePath } from "./probe.ts";
import { RemoteSounds } from "./remote-sounds.ts";
import { ShownPictures } from "./shown-pictures.ts";

export type CallPhase =
  | { readonly kind: "out" }
  /** `trouble` after a while: it goes on trying. */
  | { readonly kind: "joining"; readonly trouble?: CallFault | undefined }
  | { readonly kind: "rejoining"; readonly trouble?: CallFault | undefined; readonly wasAsleep: boolean }
  | { readonly kind: "in" }
  /** Only the person can go on from here. */
  | { readonly kind: "stopped"; readonly fault: CallFault; readonly triedRelay: boolean };

export interface CallOptions {
  readonly sessionId: string;
  readonly access: AccessSource;
  readonly selfId: string;
  readonly nameOf: (participantId: string) => string;
  /** Observers watch and listen. */
  readonly maySend: boolean;
}

/** So many sockets in a row that failed are worth a word. */
const troubleAfter = 3;
/** The room's own socket may just be on its way back: it is asked again this often, so long apart, in milliseconds. */
const roomAttempts = 8;
const roomAttemptMs = 500;
/** A call that was there is not given up because a way is not found at once: so many are tried in vain. */
const pathAttempts = 3;
/** After a sleep the service answers by then, or what was is gone, in milliseconds. */
const wakeAnswerMs = 2000;
/** What breaks so soon after a sleep broke by it, in milliseconds. */
const wakingMs = 10_000;

/** The call of one room in this page, outside React: its stores are watched, its methods are what people do. */
export class Call {
  readonly choices: ChoiceStore = keptChoices();
  readonly own: OwnMedia;
  readonly people: CallPeople;
  readonly pictures: ShownPictures;
  readonly health: CallHealth;
  readonly sounds: RemoteSounds;
  readonly #maySend: boolean;
  readonly #memory: CallMemory;
  readonly #socket: MediaSocket;
  readonly #trial: PathTrial;
  readonly #phase = createStore<CallPhase>({ kind: "out" });
  readonly #clients = new Handover();
  readonly #listeners = new AbortController();
  readonly #unsubscribe: () => void;
  #roomAttempts = 0;
  #pathAttempts = 0;
  /** When the page last came back from sleep, by its own clock. */
  #wokeAt = -Infinity;

  constructor({ sessionId, access, maySend, ...self }: CallOptions) {
    this.#maySend = maySend;
    this.#memory = callMemory(sessionId);
    this.people = new CallPeople(self);
    this.pictures = new ShownPictures((key, layers) => this.#clients.current?.show(key, layers));
    this.own = new OwnMedia({
      choices: this.choices,
      onChange: () => this.#clients.current && this.own.sendOver(this.#clients.current),
    });
    this.sounds = new RemoteSounds({ tracks: this.#clients.tracks, choices: this.choices });
    const current = () => (this.#phase.get().kind === "in" ? this.#clients.current : undefined);
    this.health = new CallHealth({ pictures: this.pictures, current, onWake: () => void this.#woke() });
    this.#socket = new MediaSocket({
      sessionId,
      access,
      onOpen: () => this.#opened(),
      onNews: (news) => this.#hear(news),
    });
    this.#trial = new PathTrial(this.#socket, (signal) => probePath(this.#socket, signal));
    this.#unsubscribe = this.#socket.connection.subscribe(() => this.#connectionChanged());
    this.#watchNetwork();
  }

  get phase(): ReadableStore<CallPhase> {
    return this.#phase;
  }
  get trial(): PathTrial["finding"] {
    return this.#trial.finding;
  }
  /** What of others' is there to be shown or heard. */
  get tracks(): ReadableStore<ReadonlyMap<TrackKey, MediaStreamTrack>> {
    return this.#clients.tracks;
  }

  /** A page that was loaded again comes back into the call that it was in. */
  resume(): void {
    if (!this.#memory.wasIn()) return;
    if (this.#maySend) this.own.startAsChosen();
    this.join();
  }

  /** Tries the way, before joining; what it finds is in `trial`. */
  tryPath(): void {
    if (this.#phase.get().kind === "out") this.#trial.begin();
  }

  /** The lobby was left again. */
  stopTrying(): void {
    if (this.#phase.get().kind !== "out") return;
    this.#trial.end();
    this.#socket.close();
    this.own.release();
  }

  join(): void {
    const { kind } = this.#phase.get();
    if (kind !== "out" && kind !== "stopped") return;
    this.#roomAttempts = 0;
    this.#trial.end();
    this.#phase.set({ kind: "joining" });
    if (this.#socket.connection.get().kind === "open") void this.#join();
    else this.#socket.open();
  }

  leave(): void {
    this.#memory.isIn(false);
    this.#stop({ kind: "out" });
    this.own.release();
  }

  /** An interviewer's: they turn it on again themselves. [V8] */
  async muteOther(participantId: string, source: MediaSource): Promise<void> {
    await this.#socket.request("participant.mute", { participantId, source }).catch(() => {});
  }

  close(): void {
    this.leave();
    this.#listeners.abort();
    this.#unsubscribe();
    this.own.close();
    this.sounds.close();
    this.pictures.close();
  }

  #watchNetwork(): void {
    const { signal } = this.#listeners;
    const changed = () => {
      this.#clients.current?.networkChanged();
      this.#trial.networkChanged();
    };
    window.addEventListener("online", changed, { signal });
    // Chromium's alone.
    const { connection } = navigator as { connection?: EventTarget };
    connection?.addEventListener("change", changed, { signal });
  }

  #opened(): void {
    const { kind } = this.#phase.get();
    if (kind === "joining" || kind === "rejoining") void this.#join();
    else if (kind === "out") this.#trial.opened();
  }

  async #join(): Promise<void> {
    const client: MediaClient = new MediaClient({
      socket: this.#socket,
      maySend: this.#maySend,
      onJoined: ({ peers }) => client === this.#clients.current && this.people.joined(peers),
      onLevels: (levels) => this.people.loud(levels),
      onConnected: () => client === this.#clients.current && this.#connected(),
      onFailed: (wasThere) => client === this.#clients.current && this.#failed(client, wasThere),
    });
    this.#clients.begin(client);
    this.pictures.tellAll();
    this.own.sendOver(client);
    try {
      await client.join();
    } catch (error) {
      if (client === this.#clients.current) this.#joinFailed(error);
    }
  }

  #joinFailed(error: unknown): void {
    // The next socket joins.
    if (error instanceof MediaLost) return;
    const fault = faultOf(error);
    if (fault !== "not-in-room" || ++this.#roomAttempts > roomAttempts) {
      return this.#stop({ kind: "stopped", fault, triedRelay: false });
    }
    setTimeout(() => {
      if (this.#phase.get().kind === "joining" || this.#phase.get().kind === "rejoining") void this.#join();
    }, roomAttemptMs);
  }

  #connected(): void {
    this.#roomAttempts = 0;
    this.#pathAttempts = 0;
    this.#clients.complete();
    if (this.#phase.get().kind === "in") return;
    if (this.#phase.get().kind === "rejoining") this.people.say("The call is back.");
    this.#phase.set({ kind: "in" });
    this.#memory.isIn(true);
    this.health.start();
  }

  /** A way that was there is made anew, on another socket, more than once if need be; one that never was is not. */
  #failed({ triesRelay }: MediaClient, wasThere: boolean): void {
    const isNew = this.#phase.get().kind === "joining";
    if (!wasThere && (isNew || ++this.#pathAttempts >= pathAttempts)) {
      return this.#stop({ kind: "stopped", fault: "no-path", triedRelay: triesRelay });
    }
    this.#rejoin();
    this.#socket.reopen();
  }

  /** Nobody knows how much of the call is left: whether the service answers is asked at once. */
  async #woke(): Promise<void> {
    this.#wokeAt = performance.now();
    const late = new Promise<never>((_, reject) => setTimeout(reject, wakeAnswerMs));
    await Promise.race([this.#socket.request("ping", {}), late]).catch(() => {
      if (this.#phase.get().kind === "in") this.#rejoin();
      this.#socket.reopen();
    });
  }

  #rejoin(trouble?: CallFault): void {
    const phase = this.#phase.get();
    const hasSlept = performance.now() - this.#wokeAt < wakingMs;
    this.#phase.set({
      kind: "rejoining",
      trouble,
      wasAsleep: hasSlept || (phase.kind === "rejoining" && phase.wasAsleep),
    });
  }

  #connectionChanged(): void {
    const connection = this.#socket.connection.get();
    const phase = this.#phase.get();
    if (connection.kind === "closed") {
      if (connection.reason === undefined) return;
      const fault = faultOfClose(connection.reason);
      if (phase.kind === "out") this.#trial.failed(fault);
      else this.#stop({ kind: "stopped", fault, triedRelay: false });
      return;
    }
    if (connection.kind !== "waiting") return;
    const trouble = connection.failures >= troubleAfter ? "no-answer" : undefined;
    if (phase.kind === "in" || phase.kind === "rejoining") this.#rejoin(trouble);
    else if (phase.kind === "joining") this.#phase.set({ kind: "joining", trouble });
    else if (trouble) this.#trial.failed(trouble);
  }

  #hear(news: MediaNews): void {
    this.people.hear(news);
    if (news.type === "muted") this.own.wasMuted(news);
    else this.#clients.current?.hear(news);
  }

  #stop(phase: CallPhase): void {
    this.#phase.set(phase);
    this.health.stop();
    this.#socket.close();
    this.#clients.end();
    this.own.screen.stop();
    this.people.left();
    this.#trial.end();
  }
}
