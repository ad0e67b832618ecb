import type { MediaSource } from "@greenroom/shared/protocol/media.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { LocalScreen } from "./local-screen.ts";
import { LocalTracks, type LocalKind } from "./local-tracks.ts";
import type { ChoiceStore } from "./media-choices.ts";
import type { MediaClient } from "./media-client.ts";

/** What an interviewer has turned off, and who it was. */
export interface TurnedOff {
  readonly source: MediaSource;
  readonly by: string;
}

/** What one sends of oneself: what people turn on and off, whether there is a call or not. */
export class OwnMedia {
  readonly local: LocalTracks;
  readonly screen = new LocalScreen();
  readonly #choices: ChoiceStore;
  readonly #isMuted = createStore(false);
  readonly #turnedOff = createStore<TurnedOff | undefined>(undefined);
  readonly #unsubscribe: (() => void)[];

  constructor(options: { readonly choices: ChoiceStore; readonly onChange: () => void }) {
    this.#choices = options.choices;
    this.local = new LocalTracks(options.choices);
    const stores = [this.local.microphone, this.local.camera, this.screen.shared, this.#isMuted];
    this.#unsubscribe = stores.map((store) => store.subscribe(options.onChange));
  }

  get isMuted(): ReadableStore<boolean> {
    return this.#isMuted;
  }

  /** Until one has turned it on again, or knows. */
  get turnedOff(): ReadableStore<TurnedOff | undefined> {
    return this.#turnedOff;
  }

  /** As one had it in the last call. */
  startAsChosen(): void {
    const { hasCamera, hasMicrophone } = this.#choices.get();
    this.#isMuted.set(!hasMicrophone);
    if (hasMicrophone) void this.local.turnOn("microphone");
    if (hasCamera) void this.local.turnOn("camera");
  }

  /** Turned on for the first time, it asks for the microphone. */
  setMicrophone(isOn: boolean): void {
    this.#choices.change({ hasMicrophone: isOn });
    this.talk(isOn);
  }

  /** As `setMicrophone`, for as long as a key is held. */
  talk(isOn: boolean): void {
    this.#isMuted.set(!isOn);
    this.#forgetTurnedOff("microphone");
    const { kind } = this.local.microphone.get();
    if (isOn && (kind === "off" || kind === "fault")) void this.local.turnOn("microphone");
  }

  setCamera(isOn: boolean): void {
    this.#choices.change({ hasCamera: isOn });
    this.#forgetTurnedOff("camera");
    if (!isOn) return this.local.turnOff("camera");
    const { kind } = this.local.camera.get();
    if (kind === "off" || kind === "fault") void this.local.turnOn("camera");
  }

  /** Its fault is known, and nobody tries any more. */
  goOnWithout(kind: LocalKind): void {
    if (kind === "camera") return this.setCamera(false);
    this.setMicrophone(false);
    this.local.turnOff("microphone");
  }

  /** By an interviewer: to turn it on again is one's own. [V8] */
  wasMuted({ source, by }: TurnedOff): void {
    if (source === "microphone") this.#isMuted.set(true);
    else if (source === "camera") this.setCamera(false);
    else this.screen.stop();
    this.#turnedOff.set({ source, by });
  }

  knowsTurnedOff(): void {
    this.#turnedOff.set(undefined);
  }

  /** As it is now. */
  sendOver(client: MediaClient): void {
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

  /** Their lights go out. */
  release(): void {
    this.local.turnOff("camera");
    this.local.turnOff("microphone");
    this.#turnedOff.set(undefined);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.local.close();
    this.screen.stop();
  }

  #forgetTurnedOff(source: MediaSource): void {
    if (this.#turnedOff.get()?.source === source) this.#turnedOff.set(undefined);
  }
}
