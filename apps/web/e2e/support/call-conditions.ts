import type { Page } from "playwright-core";
import { until } from "@greenroom/shared/testing/until.ts";
import type { CallPage } from "./call-page.ts";

/** More than what a muted microphone's last packets may still carry. */
export const audible = 1e-6;

/** Which devices a page's tracks come from, of those that go out. */
export async function sentOf(page: Page): Promise<Record<string, string>> {
  return await page.evaluate(() => {
    // `prepareCaller` has put them there.
    const { connections } = window as unknown as { connections: Set<RTCPeerConnection> };
    const live = [...connections].filter(({ connectionState }) => connectionState === "connected");
    const tracks = live.flatMap((connection) => connection.getSenders().flatMap(({ track }) => track ?? []));
    return Object.fromEntries(
      tracks
        .map((track) => [track.kind, track.getSettings().deviceId ?? ""])
        .toSorted(([one = ""], [other = ""]) => one.localeCompare(other)),
    );
  });
}

export async function energyOf(call: CallPage): Promise<number> {
  return (await call.received()).sounds.reduce((sum, energy) => sum + energy, 0);
}

/** The fake microphone beeps once a second: nothing for longer than that is silence. */
export async function untilSilent(call: CallPage): Promise<void> {
  let energy = -1;
  let since = 0;
  await until("nothing is heard for a while", async () => {
    const now = await energyOf(call);
    if (now > energy + audible) [energy, since] = [now, performance.now()];
    return performance.now() - since > 1500;
  });
}

/** No picture comes: longer than from one to the next of the slowest camera. */
export async function untilStill(call: CallPage): Promise<void> {
  let frames = -1;
  let since = 0;
  await until("no picture comes for a while", async () => {
    const now = (await call.received()).pictures.reduce((sum, picture) => sum + picture.frames, 0);
    if (now !== frames) [frames, since] = [now, performance.now()];
    return performance.now() - since > 800;
  });
}

/** Runs in the page: as if another tab were in front. */
export function hide(isHidden: boolean): void {
  Object.defineProperty(document, "hidden", { configurable: true, value: isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}

/** Runs in the page: how many people its own small window shows. */
export function peopleFloating(): number {
  const { documentPictureInPicture } = window as unknown as { documentPictureInPicture?: { window: Window | null } };
  return documentPictureInPicture?.window?.document.querySelectorAll(".tile").length ?? 0;
}

/** Runs in the page. */
export function recordSpeakers(): void {
  const speakers: string[] = [];
  Object.assign(window, { speakers });
  const choose = HTMLMediaElement.prototype.setSinkId;
  HTMLMediaElement.prototype.setSinkId = async function (id) {
    await choose.call(this, id);
    speakers.push(this.sinkId);
  };
}

export async function speakersOf(page: Page): Promise<string[]> {
  return await page.evaluate(() => (window as unknown as { speakers: string[] }).speakers);
}

/** Runs in the page: the device that it sends from is pulled out, and in again by `refuseDevices("")`. */
export function unplug(kind: "audio" | "video"): void {
  const { connections } = window as unknown as { connections: Set<RTCPeerConnection> };
  const tracks = [...connections].flatMap((connection) => connection.getSenders().flatMap(({ track }) => track ?? []));
  const track = tracks.find((track) => track.kind === kind && track.readyState === "live");
  const gone = track?.getSettings().deviceId;
  const devices = navigator.mediaDevices;
  const ask = devices.getUserMedia.bind(devices);
  const list = devices.enumerateDevices.bind(devices);
  devices.getUserMedia = async (constraints) => {
    if (JSON.stringify(constraints).includes(`"${gone}"`)) throw new DOMException("gone", "OverconstrainedError");
    return await ask(constraints);
  };
  devices.enumerateDevices = async () => (await list()).filter(({ deviceId }) => deviceId !== gone);
  track?.stop();
  track?.dispatchEvent(new Event("ended"));
}

/** Runs in the page: the camera and microphone answer like this from now on, or as ever where nothing is named. */
export function refuseDevices(name: string): void {
  // The browser's own is the prototype's.
  if (name === "") {
    for (const own of ["getUserMedia", "enumerateDevices"]) Reflect.deleteProperty(navigator.mediaDevices, own);
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  } else navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("refused by a test", name));
}

export interface HeldSound {
  readonly isHeldBack: boolean;
  readonly plays: number;
}

/** Runs in the page: sound is refused as a browser refuses it before somebody has touched a page. */
export function holdSoundBack(): void {
  Object.assign(window, { isHeldBack: true, plays: 0 });
  const state = window as unknown as { isHeldBack: boolean; plays: number };
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = async function () {
    if (this.muted) return await play.call(this);
    if (state.isHeldBack) throw new DOMException("refused by a test", "NotAllowedError");
    await play.call(this);
    state.plays++;
  };
}

export interface Recorded {
  /** Requests to the media service. */
  readonly asked: readonly { readonly type: string; readonly spatialLayer?: number }[];
  readonly sockets: ReadonlySet<WebSocket>;
  readonly asksForDevices: number;
}

/** Runs in the page: what it asks of the media service and of the browser from now on. */
export function recordMedia(): void {
  const asked: unknown[] = [];
  const sockets = new Set<WebSocket>();
  Object.assign(window, { asked, sockets, asksForDevices: 0 });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (this.url.endsWith("/media")) {
      sockets.add(this);
      asked.push(JSON.parse(String(data)));
    }
    send.call(this, data);
  };
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    (window as unknown as { asksForDevices: number }).asksForDevices++;
    return await ask(constraints);
  };
}

/** Runs in the page: the answer to a request that no page makes. */
export async function askToSend(): Promise<unknown> {
  const socket = [...(window as unknown as Recorded).sockets].at(-1);
  const id = 1_000_000;
  return await new Promise((resolve) => {
    socket?.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(String(data)) as { id?: number };
      if (frame.id === id) resolve(frame);
    });
    socket?.send(JSON.stringify({ type: "transport.create", direction: "send", id }));
  });
}

/** Runs in the page: it looks at itself five times as often, and counts again what holds it up. */
export function lookOften(): void {
  const native = window.setInterval;
  Object.assign(window, {
    setInterval: (act: () => void, ms: number) => native(act, ms === 2000 ? 400 : ms),
  });
  Object.defineProperty(PerformanceObserver, "supportedEntryTypes", { value: ["longtask"] });
}

export interface Busy {
  readonly rest: () => void;
}

/** Runs in the page: most of its time goes. */
export function keepBusy(): void {
  const timer = setInterval(() => {
    const until = performance.now() + 200;
    while (performance.now() < until);
  }, 250);
  Object.assign(window, { rest: () => clearInterval(timer) });
}

/** Whether the larger of a camera's two layers goes out. */
export async function upperLayerOf(page: Page): Promise<boolean> {
  return await page.evaluate(() => {
    const { connections } = window as unknown as { connections: Set<RTCPeerConnection> };
    const live = [...connections].filter(({ connectionState }) => connectionState === "connected");
    const senders = live.flatMap((connection) => connection.getSenders());
    const camera = senders.find(({ track }) => track?.kind === "video");
    return camera?.getParameters().encodings.at(-1)?.active === true;
  });
}

export interface SaidWords {
  readonly wasSaid: boolean;
}

/** Runs in the page: words that may be gone again before anybody has asked for them. */
export function recordWords(words: string): void {
  Object.assign(window, { wasSaid: false });
  new MutationObserver(() => {
    if (document.body.textContent.includes(words)) Object.assign(window, { wasSaid: true });
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}

/** Runs in the page: as after a night, its sockets of a call lead nowhere, and nobody has told it. */
export function sleep(): void {
  const fresh = new WeakSet<WebSocket>();
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      fresh.add(this);
    }
  };
  const send = WebSocket.prototype.send;
  Native.prototype.send = function (data) {
    if (fresh.has(this) || !this.url.endsWith("/media")) send.call(this, data);
  };
  const now = Date.now.bind(Date);
  Date.now = () => now() + 20_000;
}

/** Runs in the page: no frame comes of what is to be painted from now on. */
export function breakPainting(): void {
  const readable = () => new ReadableStream({ start: (controller) => controller.error(new Error("by a test")) });
  class Broken {
    readonly readable = readable();
  }
  Object.defineProperty(window, "MediaStreamTrackProcessor", { value: Broken });
}
