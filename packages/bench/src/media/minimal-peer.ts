import {
  isAudio,
  type MediaAnswerOf,
  type MediaDown,
  type MediaNews,
  type MediaPeer,
  type MediaRequest,
  type MediaRequestOf,
  type MediaSource,
} from "@greenroom/shared/protocol/media.ts";
import { Device, type types } from "mediasoup-client";
import { cameraEncodings } from "../../../../apps/web/src/media/layers.ts";

/** What is not said of a track without a browser: the largest picture, hence all layers. */
const heightOfUnknown = 720;

const joinWithinMs = 15_000;

type ConsumerAdded = Extract<MediaNews, { type: "consumer" }>;

export interface MinimalPeerOptions {
  readonly url: string;
  /** As a browser would name them, an access token among them. */
  readonly protocols?: readonly string[];
  /** Where there is no browser: what stands for one. */
  readonly handlerFactory?: types.HandlerFactory;
  /** Loaded before, as in a page that has tried the way in its lobby: both ways are asked for together with the join. */
  readonly device?: types.Device | undefined;
  readonly sends: readonly { readonly source: MediaSource; readonly track: MediaStreamTrack }[];
  readonly onTrack?: (track: MediaStreamTrack, source: MediaSource) => void;
}

/** When a join was how far, in milliseconds after its beginning. */
export interface JoinTimes {
  /** The socket was open. */
  readonly opened: number;
  /** The service had let this peer in. */
  readonly joined: number;
  /** All was sent, and each of the others' tracks that were there had been asked to flow. */
  readonly done: number;
}

/**
 * The least that joins a call, in a browser and without one: one socket, two transports at once, everything produced,
 * each consumer resumed as soon as this side is there. It speaks the product's frames, so that it can join ours and a
 * bare mediasoup in the same way; what it measures is whoever answers.
 */
export class MinimalPeer {
  readonly #options: MinimalPeerOptions;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (data: unknown) => void; reject: (error: Error) => void }>();
  readonly #news: ConsumerAdded[] = [];
  readonly #transports: types.Transport[] = [];
  #receive: types.Transport | undefined;
  #device: types.Device | undefined;
  #lastId = 0;
  /** Whose which source has been asked to flow. */
  readonly #flowing = new Set<string>();
  /** They may be gone before it is known that they were there: without a browser, frames are heard several at once. */
  readonly #left = new Set<string>();
  #noteFlowing: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  private constructor(options: MinimalPeerOptions) {
    this.#options = options;
    this.#socket = new WebSocket(options.url, [...(options.protocols ?? [])]);
    this.#socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data)) as MediaDown)); // theirs
    this.#socket.addEventListener("close", ({ code }) => this.#lost(new Error(`The socket was closed with ${code}.`)));
  }

  static async join(options: MinimalPeerOptions): Promise<{ peer: MinimalPeer; times: JoinTimes }> {
    const start = performance.now();
    const peer = new MinimalPeer(options);
    const failed = new Promise<never>((_resolve, reject) => (peer.#fail = reject));
    failed.catch(() => {}); // a socket that breaks later is nobody's failure to join
    const deadline = setTimeout(() => peer.#fail(new Error("A join took too long.")), joinWithinMs);
    try {
      return { peer, times: await Promise.race([peer.#join(start), failed]) };
    } catch (error) {
      peer.#leave();
      throw error;
    } finally {
      clearTimeout(deadline);
    }
  }

  /** What it was loaded with is good for another one. */
  get device(): types.Device | undefined {
    return this.#device;
  }

  /** Resolves once the other side knows. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return this.#leave();
    const closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve, { once: true }));
    this.#leave();
    await closed;
  }

  #leave(): void {
    this.#fail = () => {};
    for (const transport of this.#transports) transport.close();
    this.#socket.close();
  }

  async #join(start: number): Promise<JoinTimes> {
    await new Promise((resolve) => this.#socket.addEventListener("open", resolve, { once: true }));
    const opened = performance.now() - start;
    const joining = this.#ask("join", {});
    const { device: known } = this.#options;
    const early = known && { receive: this.#askToReceive(known), send: this.#askToSend() };
    const { routerRtpCapabilities, peers } = await joining;
    const joined = performance.now() - start;
    const all = this.#allFlow(peers);
    const device = known ?? (await this.#loadDevice(routerRtpCapabilities));
    this.#device = device;
    const { receive, send } = early ?? { receive: this.#askToReceive(device), send: this.#askToSend() };
    await Promise.all([this.#makeReceiving(device, receive), this.#makeSending(device, send), all]);
    return { opened, joined, done: performance.now() - start };
  }

  /** Resolves once all that these send flows. Whoever leaves meanwhile is not waited for. */
  #allFlow(peers: readonly MediaPeer[]): Promise<void> {
    const flowsFrom = ({ participantId, tracks }: MediaPeer) =>
      this.#left.has(participantId) || tracks.every(({ source }) => this.#flowing.has(`${participantId} ${source}`));
    return new Promise<void>((resolve) => {
      this.#noteFlowing = () => peers.every(flowsFrom) && resolve();
      this.#noteFlowing();
    });
  }

  #ask<T extends MediaRequest["type"]>(
    type: T,
    fields: Omit<MediaRequestOf<T>, "id" | "type">,
  ): Promise<MediaAnswerOf<T>> {
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ ...fields, type, id }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (data) => resolve(data as MediaAnswerOf<T>), reject }); // as the contract says
    });
  }

  #hear(frame: MediaDown): void {
    if (frame.type === "answer") this.#settle(frame.id)?.resolve(frame.data);
    else if (frame.type === "refused") {
      const error = new Error(`Refused with ${frame.code}: ${frame.message}`);
      (frame.id === null ? undefined : this.#settle(frame.id))?.reject(error);
    } else if (frame.type === "peer.left") {
      this.#left.add(frame.participantId);
      this.#noteFlowing();
    } else if (frame.type === "consumer") {
      if (this.#receive) this.#take(this.#receive, frame);
      else this.#news.push(frame);
    }
  }

  #settle(id: number) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #lost(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#fail(error);
  }

  async #loadDevice(routerRtpCapabilities: MediaAnswerOf<"join">["routerRtpCapabilities"]): Promise<types.Device> {
    const { handlerFactory } = this.#options;
    const device = handlerFactory ? new Device({ handlerFactory }) : await Device.factory();
    // mediasoup's own, which its client checks.
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
    return device;
  }

  #askToReceive({ recvRtpCapabilities }: types.Device): Promise<MediaAnswerOf<"transport.create">> {
    return this.#ask("transport.create", { direction: "receive", rtpCapabilities: { ...recvRtpCapabilities } });
  }

  #askToSend(): Promise<MediaAnswerOf<"transport.create">> {
    return this.#ask("transport.create", { direction: "send" });
  }

  async #makeReceiving(device: types.Device, asked: Promise<MediaAnswerOf<"transport.create">>): Promise<void> {
    const answer = await asked;
    const transport = device.createRecvTransport(transportOptions(answer));
    this.#attend(transport);
    this.#receive = transport;
    for (const news of this.#news) this.#take(transport, news);
  }

  async #makeSending(device: types.Device, asked: Promise<MediaAnswerOf<"transport.create">>): Promise<void> {
    const answer = await asked;
    const transport = device.createSendTransport(transportOptions(answer));
    this.#attend(transport);
    transport.on("produce", ({ rtpParameters, appData }, done, failed) => {
      const source = appData["source"] as MediaSource; // written there below
      const fields = { transportId: transport.id, source, rtpParameters: { ...rtpParameters } };
      this.#ask("produce", fields).then(({ producerId }) => done({ id: producerId }), failed);
    });
    const produce = ({ source, track }: MinimalPeerOptions["sends"][number]) => {
      const height = track.getSettings().height ?? heightOfUnknown;
      const encodings = source === "camera" ? cameraEncodings(height) : undefined;
      const codec = isAudio(source) ? {} : { codec: device.sendRtpCapabilities.codecs?.find(isVp8) };
      // Its types have no `undefined` where it takes it for "any".
      const options = { track, appData: { source }, stopTracks: false, encodings, ...codec } as types.ProducerOptions;
      return transport.produce(options);
    };
    await Promise.all(this.#options.sends.map(produce));
  }

  #attend(transport: types.Transport): void {
    this.#transports.push(transport);
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      const fields = { transportId: transport.id, dtlsParameters: { ...dtlsParameters } };
      this.#ask("transport.connect", fields).then(() => done(), failed);
    });
  }

  #take(transport: types.Transport, news: ConsumerAdded): void {
    this.#consume(transport, news).catch((error: unknown) => this.#fail(error));
  }

  async #consume(transport: types.Transport, news: ConsumerAdded): Promise<void> {
    const { consumerId, producerId, participantId, source } = news;
    const consumer = await transport.consume({
      id: consumerId,
      producerId,
      kind: isAudio(source) ? "audio" : "video",
      rtpParameters: news.rtpParameters as unknown as types.RtpParameters, // mediasoup's own, checked by its client
    });
    this.#options.onTrack?.(consumer.track, source);
    await this.#ask("consumer.resume", { consumerId });
    this.#flowing.add(`${participantId} ${source}`);
    this.#noteFlowing();
  }
}

const isVp8 = ({ mimeType }: types.RtpCodecCapability): boolean => mimeType.toLowerCase() === "video/vp8";

function transportOptions(answer: MediaAnswerOf<"transport.create">): types.TransportOptions {
  const { transportId, channel: _unused, ...foreign } = answer;
  return { ...foreign, id: transportId } as unknown as types.TransportOptions; // mediasoup's own
}
