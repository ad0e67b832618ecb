import { createStore, type ReadableStore, type Store } from "../room/store.ts";
import { pictures } from "./layers.ts";
import type { ChoiceStore } from "./media-choices.ts";
import { deviceFault, lacksDevices, type DeviceFault } from "./media-faults.ts";

export type LocalKind = "microphone" | "camera";

/** One's own microphone or camera. */
export type LocalTrack =
  | { readonly kind: "off" }
  | { readonly kind: "asking" }
  | { readonly kind: "on"; readonly track: MediaStreamTrack }
  | { readonly kind: "fault"; readonly fault: DeviceFault };

export interface Devices {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
  /** None where the browser lets no page choose. */
  readonly speakers: readonly MediaDeviceInfo[];
}

const off: LocalTrack = { kind: "off" };

/** Microphone and camera of this machine: turned on and off, changed, lost and found again. */
export class LocalTracks {
  readonly #choices: ChoiceStore;
  readonly #tracks: Record<LocalKind, Store<LocalTrack>> = { microphone: createStore(off), camera: createStore(off) };
  readonly #devices = createStore<Devices>({ microphones: [], cameras: [], speakers: [] });
  /** Counts what was asked for: an answer that comes late is let go of. */
  readonly #asked: Record<LocalKind, number> = { microphone: 0, camera: 0 };
  readonly #listeners = new AbortController();

  constructor(choices: ChoiceStore) {
    this.#choices = choices;
    if (lacksDevices()) return;
    const { signal } = this.#listeners;
    navigator.mediaDevices.addEventListener("devicechange", () => void this.#devicesChanged(), { signal });
    void this.#look();
  }

  get microphone(): ReadableStore<LocalTrack> {
    return this.#tracks.microphone;
  }
  get camera(): ReadableStore<LocalTrack> {
    return this.#tracks.camera;
  }
  get devices(): ReadableStore<Devices> {
    return this.#devices;
  }

  /** Asks for the chosen device, or any; where the chosen one is gone, for any other. */
  async turnOn(kind: LocalKind): Promise<void> {
    const asked = ++this.#asked[kind];
    const store = this.#tracks[kind];
    const lacking = lacksDevices();
    if (lacking) return store.set({ kind: "fault", fault: lacking });
    const before = store.get();
    if (before.kind !== "on") store.set({ kind: "asking" });
    try {
      const track = await this.#getTrack(kind);
      if (asked !== this.#asked[kind]) return track.stop();
      if (before.kind === "on") before.track.stop();
      track.addEventListener("ended", () => void this.#ended(kind, track));
      store.set({ kind: "on", track });
      void this.#look();
    } catch (error) {
      if (asked !== this.#asked[kind]) return;
      if (before.kind === "on") before.track.stop();
      store.set({ kind: "fault", fault: deviceFault(error) });
    }
  }

  /** Its light goes out. */
  turnOff(kind: LocalKind): void {
    this.#asked[kind]++;
    const state = this.#tracks[kind].get();
    if (state.kind === "on") state.track.stop();
    this.#tracks[kind].set(off);
  }

  /** Also in a call: whoever hears or sees notices nothing but the change itself. */
  async choose(kind: LocalKind, deviceId: string): Promise<void> {
    this.#choices.change(kind === "camera" ? { cameraId: deviceId } : { microphoneId: deviceId });
    if (this.#tracks[kind].get().kind !== "off") await this.turnOn(kind);
  }

  close(): void {
    this.#listeners.abort();
    this.turnOff("microphone");
    this.turnOff("camera");
  }

  async #getTrack(kind: LocalKind): Promise<MediaStreamTrack> {
    const { cameraId, microphoneId } = this.#choices.get();
    const chosen = kind === "camera" ? cameraId : microphoneId;
    try {
      return await this.#getTrackOf(kind, chosen);
    } catch (error) {
      const isGone = error instanceof DOMException && /^(Overconstrained|NotFound|NotReadable)Error$/.test(error.name);
      if (chosen === undefined || !isGone) throw error;
      return await this.#getTrackOf(kind, undefined);
    }
  }

  async #getTrackOf(kind: LocalKind, id: string | undefined): Promise<MediaStreamTrack> {
    const deviceId = id === undefined ? {} : { deviceId: { exact: id } };
    if (kind === "microphone") {
      const audio = { ...deviceId, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
      return trackOf((await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks());
    }
    const { width, height, frameRate } = pictures[this.#choices.get().picture];
    const video = {
      ...deviceId,
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: frameRate, max: frameRate },
    };
    const track = trackOf((await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks());
    // Under pressure rather fewer pictures of a face than smeared ones.
    track.contentHint = "motion";
    return track;
  }

  /** The browser ends a track when its device is gone or its permission is withdrawn, never for `stop`. */
  async #ended(kind: LocalKind, track: MediaStreamTrack): Promise<void> {
    const state = this.#tracks[kind].get();
    if (state.kind !== "on" || state.track !== track) return;
    const gone = track.getSettings().deviceId;
    await this.#look();
    const { microphones, cameras } = this.#devices.get();
    const others = (kind === "camera" ? cameras : microphones).filter(({ deviceId }) => deviceId !== gone);
    // Whoever speaks goes on speaking by another one; a camera that somebody did not choose shows what they did not mean to.
    if (kind === "microphone" && others.length > 0) return await this.turnOn(kind);
    this.#tracks[kind].set({ kind: "fault", fault: "unplugged" });
  }

  /** What was missed and is there now is taken up again. */
  async #devicesChanged(): Promise<void> {
    await this.#look();
    const { microphones, cameras } = this.#devices.get();
    for (const [kind, found] of [
      ["microphone", microphones],
      ["camera", cameras],
    ] as const) {
      const state = this.#tracks[kind].get();
      const isMissed = state.kind === "fault" && (state.fault === "unplugged" || state.fault === "none");
      if (isMissed && found.length > 0) await this.turnOn(kind);
    }
  }

  async #look(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
    this.#devices.set({
      microphones: of("audioinput"),
      cameras: of("videoinput"),
      speakers: "setSinkId" in HTMLMediaElement.prototype ? of("audiooutput") : [],
    });
  }
}

function trackOf(tracks: readonly MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  // The standard promises one of each kind that was asked for.
  if (!track) throw new DOMException("The browser gave no track.", "NotFoundError");
  return track;
}
