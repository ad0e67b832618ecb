import type { Browser, BrowserContext, JSHandle, Locator, Page } from "playwright-core";
import { until } from "@greenroom/shared/testing/until.ts";
import { enterRoom, type EnterOptions, type RoomPage } from "./room-page.ts";

/** What comes to a page over the network, as its browser counts it. */
export interface Received {
  /** Of each picture that comes: which connection's it is, its width, and how many of it were decoded. */
  readonly pictures: readonly { readonly id: string; readonly width: number; readonly frames: number }[];
  /** How much energy each sound has had so far. */
  readonly sounds: readonly number[];
}

/** What goes nowhere: packets over UDP, all that would go straight to the media service, or the relay's as well. */
export type Blocked = "none" | "udp" | "straight" | "all";

/** A way that media takes, as a browser sees it. */
export interface Way {
  readonly kind: "host" | "srflx" | "prflx" | "relay";
  readonly protocol: "udp" | "tcp";
  /** The browser's own; of a relay, the relay's. */
  readonly port: number;
}

export interface CallerOptions extends EnterOptions {
  /** Default: low, so that many fit on a small machine. */
  readonly picture?: "high" | "standard" | "low";
}

/** Comes into a room, and is in no call yet. */
export async function enterCaller(
  browser: Browser,
  options: CallerOptions,
): Promise<{ context: BrowserContext; page: Page; room: RoomPage; call: CallPage }> {
  const { picture = "low" } = options;
  const entered = await enterRoom(browser, {
    ...options,
    prepare: async (context) => {
      await context.addInitScript(prepareCaller, picture);
      await options.prepare?.(context);
    },
  });
  return { ...entered, call: new CallPage(entered.page) };
}

/** The call as the person in front of it has it. */
export class CallPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get lobby(): Locator {
    return this.page.getByRole("dialog", { name: "Join the call" });
  }

  get dock(): Locator {
    return this.page.getByRole("complementary", { name: "Call" });
  }

  control(name: string | RegExp): Locator {
    return this.dock.getByRole("button", { name });
  }

  /** Of one person, by name. */
  tile(name: string): Locator {
    return this.dock.getByRole("list", { name: "In the call" }).getByRole("listitem").filter({ hasText: name });
  }

  /** Of all who have one, one's own among them. */
  get pictures(): Locator {
    return this.dock.getByLabel(/^(Camera of .+|Your own camera)$/);
  }

  async openLobby(): Promise<void> {
    await this.page.getByRole("button", { name: "Join call" }).click();
    await this.lobby.waitFor();
  }

  async join(how: "Join with camera" | "With microphone only" | "Join without" | "Join and watch"): Promise<void> {
    if (!(await this.lobby.isVisible())) await this.openLobby();
    await this.lobby.getByRole("button", { name: how }).click();
    await this.control("Hang up").waitFor();
  }

  /** This page's connections made from now on are kept from some ways, where no firewall can. */
  async pretend(blocked: Blocked): Promise<void> {
    await this.page.evaluate((now) => localStorage.setItem("test.blocked", now), blocked);
  }

  /** Those of connections that live. */
  async ways(): Promise<Way[]> {
    return await this.page.evaluate(async () => {
      // The script below has put them there.
      const { connections } = window as unknown as { connections: Set<RTCPeerConnection> };
      const live = [...connections].filter(({ connectionState }) => connectionState === "connected");
      return (await Promise.all(live.map((connection) => connection.getStats()))).flatMap((report) => {
        const entries = [...report.values()];
        const selected = entries.find(({ type }) => type === "transport")?.selectedCandidatePairId;
        const local = report.get(report.get(selected)?.localCandidateId);
        return local ? [{ kind: local.candidateType, protocol: local.protocol, port: local.port }] : [];
      });
    });
  }

  /** From now on: how long pictures stood still at most, and how long they have by now, in milliseconds. */
  async watchStandstill(): Promise<() => Promise<{ longest: number; present: number }>> {
    await this.page.evaluate(() => {
      const { connections } = window as unknown as { connections: Set<RTCPeerConnection> };
      const seen = { at: performance.now(), longest: 0 };
      const frames = new Map<string, number>();
      Object.assign(window, { standstill: seen });
      setInterval(async () => {
        const all = [...connections].map(async (connection, index) =>
          [...(await connection.getStats()).values()].map((entry) => ({ ...entry, id: `${index} ${entry.ssrc}` })),
        );
        const pictures = (await Promise.all(all)).flat().filter(({ framesDecoded }) => framesDecoded > 0);
        const moving = pictures.filter(({ id, framesDecoded }) => framesDecoded > (frames.get(id) ?? 0));
        for (const { id, framesDecoded } of moving) frames.set(id, framesDecoded);
        if (moving.length === 0) return;
        const now = performance.now();
        Object.assign(seen, { at: now, longest: Math.max(seen.longest, now - seen.at) });
      }, 50);
    });
    return () =>
      this.page.evaluate(() => {
        const { standstill } = window as unknown as { standstill: { at: number; longest: number } };
        return { longest: standstill.longest, present: performance.now() - standstill.at };
      });
  }

  /** One's own camera's track, as the browser gave it last. */
  async ownCamera(): Promise<JSHandle<MediaStreamTrack>> {
    return await this.page.evaluateHandle(() => {
      // The script below has put it there.
      const { camera } = window as unknown as { camera?: MediaStreamTrack };
      if (!camera) throw new Error("Nobody has turned the camera on.");
      return camera;
    });
  }

  /** What tiles show now where they are painted, each as a text that is another when its picture is. */
  async painted(): Promise<string[]> {
    return await this.page.evaluate(() => {
      const small = Object.assign(document.createElement("canvas"), { width: 32, height: 18 });
      const context = small.getContext("2d", { willReadFrequently: true });
      return [...document.querySelectorAll<HTMLCanvasElement>(".tile canvas")].map((canvas) => {
        context?.drawImage(canvas, 0, 0, small.width, small.height);
        return String(context?.getImageData(0, 0, small.width, small.height).data);
      });
    });
  }

  /** Only of connections that live. */
  async received(): Promise<Received> {
    return await this.page.evaluate(async () => {
      // The script below has put them there.
      const { connections } = window as unknown as { connections: Set<RTCPeerConnection> };
      const statsOf = async (connection: RTCPeerConnection, index: number) =>
        connection.connectionState === "connected"
          ? [...(await connection.getStats()).values()].map((entry) => ({ ...entry, index }))
          : [];
      const all = (await Promise.all([...connections].map(statsOf))).flat();
      const inbound = all.filter(({ type }) => type === "inbound-rtp");
      const pictures = inbound.filter(({ kind, framesDecoded }) => kind === "video" && framesDecoded > 0);
      return {
        pictures: pictures.map(({ index, ssrc, frameWidth, framesDecoded }) => ({
          id: `${index} ${ssrc}`,
          width: frameWidth,
          frames: framesDecoded,
        })),
        sounds: inbound.filter(({ kind }) => kind === "audio").map(({ totalAudioEnergy }) => totalAudioEnergy ?? 0),
      };
    });
  }

  /**
   * Waits until so many people's pictures move and so many are heard.
   *
   * @param options.anew what was received before: only other connections count
   * @param options.frames of each picture: more than one where some may still be on their way
   */
  async untilReceived(
    people: number,
    options: { withinMs?: number; anew?: Received | undefined; frames?: number } = {},
  ): Promise<Received> {
    const { withinMs = 20_000, anew, frames: more = 1 } = options;
    const former = anew ?? (await this.received());
    const before = new Map(former.pictures.map(({ id, frames }) => [id, anew ? Infinity : frames]));
    return await until(
      `${people} people are seen and heard`,
      async () => {
        const received = await this.received();
        const moving = received.pictures.filter(({ id, frames }) => frames >= (before.get(id) ?? 0) + more);
        const heard = received.sounds.filter((energy) => energy > 0);
        return moving.length >= people && heard.length >= people ? received : undefined;
      },
      { withinMs, everyMs: 100, seen: async () => JSON.stringify(await this.received()) },
    );
  }
}

/** Runs in the page before its own code: remembers connections, and spoils what is to be spoilt. */
function prepareCaller(picture: string): void {
  const blocked = (): string => localStorage.getItem("test.blocked") ?? "none";
  // What the person chooses afterwards outlives a reload.
  if (localStorage.getItem("greenroom.call") === null)
    localStorage.setItem("greenroom.call", JSON.stringify({ picture }));
  // Many people's browsers on one small machine hold each other up, and none of them should give way for that.
  Object.defineProperty(PerformanceObserver, "supportedEntryTypes", { value: [] });
  const senderStats = RTCRtpSender.prototype.getStats;
  RTCRtpSender.prototype.getStats = async function () {
    const entries = [...(await senderStats.call(this))];
    return new Map(entries.map(([id, entry]) => [id, { ...entry, qualityLimitationReason: "none" }]));
  };
  const { getUserMedia } = MediaDevices.prototype;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await getUserMedia.call(this, constraints);
    const [camera] = stream.getVideoTracks();
    if (camera) Object.assign(window, { camera });
    return stream;
  };
  const connections = new Set<RTCPeerConnection>();
  Object.assign(window, { connections });
  const Native = RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, ...(blocked() === "straight" ? { iceTransportPolicy: "relay" } : {}) });
      connections.add(this);
    }

    // An address for documentation: nothing is there, and nothing comes back.
    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const sdp = (description.sdp ?? "").replaceAll(/^a=candidate:.*$/gm, (line) => {
        const fields = line.split(" ");
        if (blocked() === "all" || (blocked() === "udp" && fields[2]?.toLowerCase() === "udp")) fields[4] = "192.0.2.1";
        return fields.join(" ");
      });
      await super.setRemoteDescription({ ...description, sdp });
    }
  };
}
