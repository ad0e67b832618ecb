import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { MediaNews, MediaSource } from "@greenroom/shared/protocol/media.ts";
import type { AccessSource } from "../api/access.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { CallPeople } from "./call-people.ts";
import { LocalScreen } from "./local-screen.ts";
import { LocalTracks } from "./local-tracks.ts";
import { callMemory, keptChoices, type CallMemory, type ChoiceStore } from "./media-choices.ts";
import { MediaClient, type TrackKey } from "./media-client.ts";
import type { CallFault } from "./media-faults.ts";
import { MediaLost, MediaRefused, MediaSocket } from "./media-socket.ts";
import { pathOf, type MediaPath } from "./path.ts";
import { isLimited, LongTasks, nextPressure, noPressure, type Pressure, type PressureLevel } from "./pressure.ts";
import { NoPath, probePath } from "./probe.ts";
import { ShownPictures, type PictureLimit } from "./shown-pictures.ts";

export type CallPhase =
  | { readonly kind: "out" }
  /** `trouble` after a while: it goes on trying. */
  | { readonly kind: "joining" | "rejoining"; readonly trouble?: CallFault }
  | { readonly kind: "in" }
  /** Only the person can go on from here. */
  | { readonly kind: "stopped"; readonly fault: CallFault; readonly triedRelay: boolean };

/** What the lobby has found out about the way. */
export type PathTrial =
  | { readonly kind: "none" | "trying" }
  | { readonly kind: "found"; readonly path: MediaPath }
  | { readonly kind: "fault"; readonly fault: CallFault; readonly triedRelay: boolean };

export interface CallOptions {
  readonly sessionId: string;
  readonly access: AccessSource;
  readonly selfId: string;
  readonly nameOf: (participantId: string) => string;
  /** Observers watch and listen. */
  readonly maySend: boolean;
}

const lookEveryMs = 2000;
/** So many sockets in a row that failed are worth a word. */
const troubleAfter = 3;
/** The room's own socket may just be on its way back: it is asked again this often, so long apart, in milliseconds. */
const roomAttempts = 8;
const roomAttemptMs = 500;
/** A call that was there is not given up because a way is not found at once: so many are tried in vain. */
const pathAttempts = 3;

const limits: Record<PressureLevel, PictureLimit> = { 0: "all", 1: "all", 2: "lowest", 3: "screens" };

/** The call of one room in this page, outside React: its stores are watched, its methods are what people do. */
export class Call {
  readonly choices: ChoiceStore = keptChoices();
  readonly local = new LocalTracks(this.choices);
  readonly screen = new LocalScreen();
  readonly people: CallPeople;
  readonly pictures: ShownPictures;
  readonly #maySend: boolean;
  readonly #memory: CallMemory;
  readonly #socket: MediaSocket;
  readonly #phase = createStore<CallPhase>({ kind: "out" });
  readonly #trial = createStore<PathTrial>({ kind: "none" });
  readonly #tracks = createStore<ReadonlyMap<TrackKey, MediaStreamTrack>>(new Map());
  readonly #isMuted = createStore(false);
  readonly #path = createStore<MediaPath | undefined>(undefined);
  readonly #pressure = createStore<Pressure>(noPressure);
  readonly #isSoundBlocked = createStore(false);
  readonly #listeners = new AbortController();
  readonly #unsubscribe: (() => void)[];
  #client: MediaClient | undefined;
  /** Of before the socket broke: shown until the next one is there. */
  #former: MediaClient | undefined;
  #roomAttempts = 0;
  #pathAttempts = 0;
  #longTasks: LongTasks | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor({ sessionId, access, maySend, ...self }: CallOptions) {
    this.#maySend = maySend;
    this.#memory = callMemory(sessionId);
    this.people = new CallPeople(self);
    this.pictures = new ShownPictures((key, layers) => this.#client?.show(key, layers));
    this.#socket = new MediaSocket({
      sessionId,
      access,
      onOpen: () => this.#opened(),
      onNews: (news) => this.#hear(news),
    });
    const sendAll = () => this.#client && this.#sendAll(this.#client);
    this.#unsubscribe = [
      this.#socket.connection.subscribe(() => this.#connectionChanged()),
      ...[this.local.microphone, this.local.camera, this.screen.shared, this.#isMuted].map((s) => s.subscribe(sendAll)),
    ];
    const { signal } = this.#listeners;
    const changed = () => this.#client?.networkChanged();
    window.addEventListener("online", changed, { signal });
    // Chromium's alone.
    const { connection } = navigator as { connection?: EventTarget };
    connection?.addEventListener("change", changed, { signal });
  }

  get phase(): ReadableStore<CallPhase> {
    return this.#phase;
  }
  get trial(): ReadableStore<PathTrial> {
    return this.#trial;
  }
  /** What of others' is there to be shown or heard. */
  get tracks(): ReadableStore<ReadonlyMap<TrackKey, MediaStreamTrack>> {
    return this.#tracks;
  }
  get isMuted(): ReadableStore<boolean> {
    return this.#isMuted;
  }
  get path(): ReadableStore<MediaPath | undefined> {
    return this.#path;
  }
  get pressure(): ReadableStore<Pressure> {
    return this.#pressure;
  }
  /** The browser plays no sound before somebody has touched the page. */
  get isSoundBlocked(): ReadableStore<boolean> {
    return this.#isSoundBlocked;
  }

  soundBlocked(isBlocked: boolean): void {
    this.#isSoundBlocked.set(isBlocked);
  }

  /** A page that was loaded again comes back into the call that it was in. */
  resume(): void {
    if (!this.#memory.wasIn()) return;
    const { hasCamera, hasMicrophone } = this.choices.get();
    this.#isMuted.set(!hasMicrophone);
    if (this.#maySend && hasMicrophone) void this.local.turnOn("microphone");
    if (this.#maySend && hasCamera) void this.local.turnOn("camera");
    this.join();
  }

  /** Tries the way, before joining; what it finds is in `trial`. */
  tryPath(): void {
    if (this.#phase.get().kind !== "out") return;
    this.#trial.set({ kind: "trying" });
    if (this.#socket.connection.get().kind === "open") void this.#probe();
    else this.#socket.open();
  }

  /** The lobby was left again. */
  stopTrying(): void {
    if (this.#phase.get().kind !== "out") return;
    this.#trial.set({ kind: "none" });
    this.#socket.close();
    this.#releaseDevices();
  }

  join(): void {
    const { kind } = this.#phase.get();
    if (kind !== "out" && kind !== "stopped") return;
    this.#roomAttempts = 0;
    this.#phase.set({ kind: "joining" });
    if (this.#socket.connection.get().kind === "open") void this.#join();
    else this.#socket.open();
  }

  leave(): void {
    this.#memory.isIn(false);
    this.#stop({ kind: "out" });
    this.#releaseDevices();
  }

  /** Turned on for the first time, it asks for the microphone. */
  setMicrophone(isOn: boolean): void {
    this.choices.change({ hasMicrophone: isOn });
    this.talk(isOn);
  }

  /** As `setMicrophone`, for as long as a key is held. */
  talk(isOn: boolean): void {
    this.#isMuted.set(!isOn);
    const { kind } = this.local.microphone.get();
    if (isOn && (kind === "off" || kind === "fault")) void this.local.turnOn("microphone");
  }

  setCamera(isOn: boolean): void {
    this.choices.change({ hasCamera: isOn });
    if (!isOn) return this.local.turnOff("camera");
    const { kind } = this.local.camera.get();
    if (kind === "off" || kind === "fault") void this.local.turnOn("camera");
  }

  /** An interviewer's: they turn it on again themselves. [V8] */
  async muteOther(participantId: string, source: MediaSource): Promise<void> {
    await this.#socket.request("participant.mute", { participantId, source }).catch(() => {});
  }

  /** Pictures whatever it costs, until the next time that the page is held up. */
  showAnyway(): void {
    this.#press(noPressure);
  }

  close(): void {
    this.leave();
    this.#listeners.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.local.close();
    this.pictures.close();
  }

  #opened(): void {
    const { kind } = this.#phase.get();
    if (kind === "joining" || kind === "rejoining") void this.#join();
    else if (kind === "out") this.#tryAgain();
  }

  /** A service that was away is there again. */
  #tryAgain(): void {
    const trial = this.#trial.get();
    if (trial.kind === "fault" && trial.fault === "no-answer") this.#trial.set({ kind: "trying" });
    if (this.#trial.get().kind === "trying") void this.#probe();
  }

  async #probe(): Promise<void> {
    try {
      const path = await probePath(this.#socket);
      if (this.#trial.get().kind === "trying") this.#trial.set({ kind: "found", path });
    } catch (error) {
      // A broken socket is opened again, and asked again.
      if (error instanceof MediaLost || this.#trial.get().kind !== "trying") return;
      const triedRelay = error instanceof NoPath && error.triedRelay;
      this.#trial.set({ kind: "fault", fault: faultOf(error), triedRelay });
    }
  }

  async #join(): Promise<void> {
    if (this.#former) this.#client?.close();
    else this.#former = this.#client;
    const client: MediaClient = new MediaClient({
      socket: this.#socket,
      onJoined: ({ peers }) => client === this.#client && this.people.joined(peers),
      onLevels: (levels) => this.people.loud(levels),
      onConnected: () => client === this.#client && this.#connected(),
      onFailed: (wasThere) => client === this.#client && this.#failed(client, wasThere),
    });
    this.#client = client;
    client.tracks.subscribe(() => client === this.#client && this.#publishTracks());
    this.pictures.tellAll();
    this.#sendAll(client);
    try {
      await client.join();
    } catch (error) {
      if (client === this.#client) this.#joinFailed(error);
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
    this.#former?.close();
    this.#former = undefined;
    this.#publishTracks();
    if (this.#phase.get().kind === "in") return;
    if (this.#phase.get().kind === "rejoining") this.people.say("The call is back.");
    this.#phase.set({ kind: "in" });
    this.#memory.isIn(true);
    this.#longTasks ??= new LongTasks();
    clearInterval(this.#looking);
    this.#looking = setInterval(() => void this.#look(), lookEveryMs);
    void this.#look();
  }

  /** A way that was there is made anew, on another socket, more than once if need be; one that never was is not. */
  #failed({ triesRelay }: MediaClient, wasThere: boolean): void {
    const isNew = this.#phase.get().kind === "joining";
    if (!wasThere && (isNew || ++this.#pathAttempts >= pathAttempts)) {
      return this.#stop({ kind: "stopped", fault: "no-path", triedRelay: triesRelay });
    }
    this.#phase.set({ kind: "rejoining" });
    this.#socket.reopen();
  }

  #connectionChanged(): void {
    const connection = this.#socket.connection.get();
    const phase = this.#phase.get();
    if (connection.kind === "closed") {
      if (connection.reason === undefined) return;
      const fault = faultOfClose[connection.reason] ?? "failed";
      if (phase.kind === "out") this.#trial.set({ kind: "fault", fault, triedRelay: false });
      else this.#stop({ kind: "stopped", fault, triedRelay: false });
      return;
    }
    if (connection.kind !== "waiting") return;
    const trouble = connection.failures >= troubleAfter ? ({ trouble: "no-answer" } as const) : {};
    if (phase.kind === "in" || phase.kind === "rejoining") this.#phase.set({ kind: "rejoining", ...trouble });
    else if (phase.kind === "joining") this.#phase.set({ kind: "joining", ...trouble });
    else if (trouble.trouble) this.#trial.set({ kind: "fault", fault: trouble.trouble, triedRelay: false });
  }

  #hear(news: MediaNews): void {
    this.people.hear(news);
    if (news.type === "muted") this.#muted(news.source, news.by);
    else this.#client?.hear(news);
  }

  #muted(source: MediaSource, by: string): void {
    if (source === "microphone") this.#isMuted.set(true);
    else if (source === "camera") this.setCamera(false);
    else this.screen.stop();
    this.people.say(`${this.people.nameOf(by)} ${mutedText[source]}`);
  }

  #sendAll(client: MediaClient): void {
    const microphone = this.local.microphone.get();
    const camera = this.local.camera.get();
    const isOn = !this.#isMuted.get();
    if (microphone.kind === "on") microphone.track.enabled = isOn;
    client.send("microphone", { track: microphone.kind === "on" ? microphone.track : null, isOn });
    client.send("camera", { track: camera.kind === "on" ? camera.track : null, isOn: true });
    const screen = this.screen.shared.get();
    client.send("screen", screen && { track: screen.picture, isOn: true });
    client.send("screen-audio", screen?.sound && { track: screen.sound, isOn: true });
  }

  #publishTracks(): void {
    this.#tracks.set(new Map([...(this.#former?.tracks.get() ?? []), ...(this.#client?.tracks.get() ?? [])]));
  }

  /** How it goes: by which way, and whether the editor suffers. */
  async #look(): Promise<void> {
    const client = this.#client;
    const [transport] = client?.transports ?? [];
    if (!client || !transport || transport.closed) return;
    const camera = client.producerOf("camera");
    const sample = {
      heldUp: this.#longTasks?.take() ?? 0,
      isLimited: camera !== undefined && !camera.paused && (await isLimited(camera).catch(() => false)),
    };
    const report = await transport.getStats().catch(() => undefined);
    if (client !== this.#client || this.#phase.get().kind !== "in") return;
    if (report) this.#path.set(pathOf(report));
    this.#press(nextPressure(this.#pressure.get(), sample));
  }

  #press(pressure: Pressure): void {
    const before = this.#pressure.get().level;
    this.#pressure.set(pressure);
    if (pressure.level === before) return;
    this.pictures.limit(limits[pressure.level]);
    const camera = this.#client?.producerOf("camera");
    // Of a camera with one layer there is none to leave out.
    const layers = camera?.rtpParameters.encodings?.length ?? 1;
    if (camera && layers > 1) void camera.setMaxSpatialLayer(pressure.level > 0 ? 0 : layers - 1).catch(() => {});
  }

  #stop(phase: CallPhase): void {
    clearInterval(this.#looking);
    this.#phase.set(phase);
    this.#socket.close();
    this.#client?.close();
    this.#former?.close();
    this.#client = undefined;
    this.#former = undefined;
    this.#longTasks?.close();
    this.#longTasks = undefined;
    this.screen.stop();
    this.people.left();
    this.#trial.set({ kind: "none" });
    this.#path.set(undefined);
    this.#press(noPressure);
    this.#publishTracks();
  }

  #releaseDevices(): void {
    this.local.turnOff("camera");
    this.local.turnOff("microphone");
  }
}

const mutedText: Record<MediaSource, string> = {
  microphone: "muted you. Turn your microphone on again when you want to speak.",
  camera: "turned your camera off.",
  screen: "ended the sharing of your screen.",
  "screen-audio": "ended the sharing of your screen.",
};

const faultOfClose: Partial<Record<CloseReason | "signed-out", CallFault>> = {
  "no-media": "no-media",
  replaced: "replaced",
  removed: "removed",
  revoked: "removed",
  "session-ended": "ended",
};

function faultOf(error: unknown): CallFault {
  if (error instanceof NoPath) return "no-path";
  if (error instanceof Error && error.name === "UnsupportedError") return "unsupported";
  if (!(error instanceof MediaRefused)) return "failed";
  return error.code === "no-capacity" || error.code === "not-in-room" ? error.code : "failed";
}
