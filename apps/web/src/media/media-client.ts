import {
  isAudio,
  type DataChannel,
  type Levels,
  type MediaNews,
  type MediaSource,
} from "@greenroom/shared/protocol/media.ts";
import type { types } from "mediasoup-client";
import { createStore, type ReadableStore } from "../room/store.ts";
import { loadDevice, transportOptions } from "./device.ts";
import { cameraEncodings, type WantedLayers } from "./layers.ts";
import type { MediaSocket } from "./media-socket.ts";
import { TransportWatch } from "./transport-watch.ts";

/** One track of somebody's: the key of everything that is shown. */
export type TrackKey = `${string}:${MediaSource}`;
export const trackKey = (participantId: string, source: MediaSource): TrackKey => `${participantId}:${source}`;

/** What one sends, or would: a microphone that is muted keeps its track, a camera that is off has none. */
export interface Sent {
  readonly track: MediaStreamTrack | null;
  readonly isOn: boolean;
}

type NewsOf<T extends MediaNews["type"]> = Extract<MediaNews, { type: T }>;
type JoinAnswer = Awaited<ReturnType<typeof askToJoin>>;

interface Received {
  readonly key: TrackKey;
  readonly consumer: types.Consumer;
  /** As the service was last told: "paused", or the layers as text. */
  told: string;
}

export interface MediaClientOptions {
  readonly socket: MediaSocket;
  /** Before any news of those who are there. */
  readonly onJoined: (answer: JoinAnswer) => void;
  readonly onLevels: (levels: Levels["levels"]) => void;
  /** Media comes through. */
  readonly onConnected: () => void;
  /** There is no way for media, or the one there was is gone. */
  readonly onFailed: (wasThere: boolean) => void;
}

/** One's part in a call from its `join` on one socket to the end of that socket or call; another socket needs another. */
export class MediaClient {
  readonly #options: MediaClientOptions;
  readonly #tracks = createStore<ReadonlyMap<TrackKey, MediaStreamTrack>>(new Map());
  readonly #received = new Map<string, Received>();
  readonly #producers = new Map<MediaSource, types.Producer>();
  readonly #toSend = new Map<MediaSource, Sent>();
  readonly #shown = new Map<TrackKey, WantedLayers>();
  readonly #receiving: Promise<types.Transport>;
  readonly #watches: TransportWatch[] = [];
  #announceReceiving: (transport: types.Transport) => void = () => {};
  #send: types.Transport | undefined;
  #receive: types.Transport | undefined;
  #device: types.Device | undefined;
  #work: Promise<void> = Promise.resolve();
  #triesRelay = false;
  #isClosed = false;

  constructor(options: MediaClientOptions) {
    this.#options = options;
    this.#receiving = new Promise((resolve) => (this.#announceReceiving = resolve));
  }

  /** What of others' is there to be shown or heard. */
  get tracks(): ReadableStore<ReadonlyMap<TrackKey, MediaStreamTrack>> {
    return this.#tracks;
  }

  /** Both ways, the one that receives first. */
  get transports(): readonly types.Transport[] {
    return [this.#receive, this.#send].filter((transport) => transport !== undefined);
  }

  /** The server has named a relay for where nothing goes straight through. */
  get triesRelay(): boolean {
    return this.#triesRelay;
  }

  producerOf(source: MediaSource): types.Producer | undefined {
    return this.#producers.get(source);
  }

  /** Joins and makes both ways. Rejects with MediaRefused, MediaLost, or mediasoup-client's UnsupportedError. */
  async join(): Promise<void> {
    const answer = await askToJoin(this.#options.socket);
    this.#options.onJoined(answer);
    const device = await loadDevice(answer.routerRtpCapabilities);
    this.#device = device;
    await Promise.all([this.#makeReceiving(device), answer.maySend.length > 0 ? this.#makeSending(device) : undefined]);
    for (const source of this.#toSend.keys()) this.#reconcileLater(source);
  }

  /** From now on this is sent, or nothing; it is seen to in order, and again and again until it is so. */
  send(source: MediaSource, sent: Sent | undefined): void {
    if (sent) this.#toSend.set(source, sent);
    else this.#toSend.delete(source);
    if (this.#send) this.#reconcileLater(source);
  }

  /** How large a picture is shown; undefined where nobody sees it. */
  show(key: TrackKey, layers: WantedLayers | undefined): void {
    if (layers) this.#shown.set(key, layers);
    else this.#shown.delete(key);
    for (const [consumerId, received] of this.#received) {
      if (received.key === key) this.#tell(consumerId, received);
    }
  }

  /** True when it was for this part of the protocol. */
  hear(news: MediaNews): boolean {
    if (news.type === "consumer") void this.#consume(news).catch(() => {});
    else if (news.type === "consumer.closed") void this.#receiving.then(() => this.#forget(news.consumerId));
    else return false;
    return true;
  }

  networkChanged(): void {
    for (const watch of this.#watches) watch.networkChanged();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const transport of this.transports) transport.close();
    this.#received.clear();
    this.#producers.clear();
    this.#tracks.set(new Map());
  }

  async #makeReceiving(device: types.Device): Promise<void> {
    const { socket } = this.#options;
    const rtpCapabilities = { ...device.recvRtpCapabilities };
    const answer = await socket.request("transport.create", { direction: "receive", rtpCapabilities });
    this.#triesRelay = answer.iceServers.length > 0;
    const transport = device.createRecvTransport(transportOptions(answer));
    this.#receive = transport;
    this.#attend(transport).expect();
    if (this.#isClosed) return transport.close();
    this.#announceReceiving(transport);
    if (answer.channel) await this.#listen(transport, answer.channel);
  }

  async #makeSending(device: types.Device): Promise<void> {
    const { socket } = this.#options;
    const transport = device.createSendTransport(
      transportOptions(await socket.request("transport.create", { direction: "send" })),
    );
    this.#attend(transport);
    transport.on("produce", ({ rtpParameters, appData }, done, failed) => {
      // `#produce` has written it there.
      const source = appData["source"] as MediaSource;
      socket
        .request("produce", { transportId: transport.id, source, rtpParameters: { ...rtpParameters } })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    this.#send = transport;
    if (this.#isClosed) transport.close();
  }

  #attend(transport: types.Transport): TransportWatch {
    const { socket, onConnected, onFailed } = this.#options;
    const transportId = transport.id;
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      socket
        .request("transport.connect", { transportId, dtlsParameters: { ...dtlsParameters } })
        .then(() => done(), failed);
    });
    const restartIce = async (): Promise<void> => {
      const { iceParameters, iceServers } = await socket.request("transport.restart-ice", { transportId });
      await transport.updateIceServers({ iceServers });
      // mediasoup's own, and checked by its client.
      await transport.restartIce({ iceParameters: iceParameters as types.IceParameters });
    };
    const watch = new TransportWatch(transport, {
      restartIce,
      onConnected: () => this.#isClosed || onConnected(),
      onFailed: (wasThere) => this.#isClosed || onFailed(wasThere),
    });
    this.#watches.push(watch);
    return watch;
  }

  /** Who is loud: nothing of it is worth waiting for. [V10] */
  async #listen(transport: types.Transport, channel: DataChannel): Promise<void> {
    const { dataConsumerId, dataProducerId, sctpStreamParameters, label } = channel;
    const consumer = await transport.consumeData({ id: dataConsumerId, dataProducerId, sctpStreamParameters, label });
    consumer.on("message", (data) => {
      if (typeof data !== "string" || this.#isClosed) return;
      const { type, levels } = JSON.parse(data) as Levels;
      if (type === "levels") this.#options.onLevels(levels);
    });
  }

  async #consume(news: NewsOf<"consumer">): Promise<void> {
    const transport = await this.#receiving;
    if (transport.closed) return;
    const { consumerId, producerId, participantId, source } = news;
    const consumer = await transport.consume({
      id: consumerId,
      producerId,
      kind: isAudio(source) ? "audio" : "video",
      // Lips and words of one person belong together, their screen and its sound as well.
      streamId: `${participantId}-${source.startsWith("screen") ? "screen" : "person"}`,
      // mediasoup's own, and checked by its client.
      rtpParameters: news.rtpParameters as unknown as types.RtpParameters,
    });
    if (this.#isClosed) return;
    const key = trackKey(participantId, source);
    const received: Received = { key, consumer, told: "paused" };
    this.#received.set(consumerId, received);
    this.#tracks.set(new Map(this.#tracks.get()).set(key, consumer.track));
    this.#tell(consumerId, received);
  }

  /** Sound flows as soon as it can be heard, pictures where they are seen. [V5] [V6] */
  #tell(consumerId: string, received: Received): void {
    const { socket } = this.#options;
    const isPicture = received.consumer.kind === "video";
    const layers = this.#shown.get(received.key);
    const now = !isPicture ? "heard" : layers ? JSON.stringify(layers) : "paused";
    const before = received.told;
    if (now === before) return;
    received.told = now;
    const asked: Promise<unknown>[] = [];
    if (layers) asked.push(socket.request("consumer.layers", { consumerId, ...layers }));
    if (now === "paused") asked.push(socket.request("consumer.pause", { consumerId }));
    else if (before === "paused") asked.push(socket.request("consumer.resume", { consumerId }));
    // A socket that broke brings everything anew; a consumer that is closed meanwhile is nobody's loss.
    for (const promise of asked) promise.catch(() => {});
  }

  #forget(consumerId: string): void {
    const received = this.#received.get(consumerId);
    if (!received) return;
    received.consumer.close();
    this.#received.delete(consumerId);
    const tracks = new Map(this.#tracks.get());
    if (tracks.get(received.key) === received.consumer.track) tracks.delete(received.key);
    this.#tracks.set(tracks);
  }

  #reconcileLater(source: MediaSource): void {
    this.#work = this.#work.then(() => this.#reconcile(source)).catch(() => {});
  }

  async #reconcile(source: MediaSource): Promise<void> {
    if (this.#isClosed || !this.#send) return;
    const sent = this.#toSend.get(source);
    const producer = this.#producers.get(source);
    if (!producer) {
      if (sent?.track) await this.#produce(source, sent.track);
      if (sent?.track && !sent.isOn) await this.#reconcile(source);
    } else if (!sent) {
      await this.#end(source, producer);
    } else if (sent.track && source === "camera" && isOfOtherLayers(producer, sent.track)) {
      await this.#end(source, producer);
      await this.#reconcile(source);
    } else {
      await this.#adjust(producer, sent);
    }
  }

  async #end(source: MediaSource, producer: types.Producer): Promise<void> {
    this.#producers.delete(source);
    producer.close();
    await this.#options.socket.request("producer.close", { producerId: producer.id });
  }

  async #adjust(producer: types.Producer, { track, isOn }: Sent): Promise<void> {
    const { socket } = this.#options;
    const producerId = producer.id;
    const flows = isOn && track !== null;
    if (!flows && !producer.paused) {
      producer.pause();
      await socket.request("producer.pause", { producerId });
    }
    if (producer.track !== track) await producer.replaceTrack({ track });
    if (flows && producer.paused) {
      producer.resume();
      await socket.request("producer.resume", { producerId });
    }
  }

  async #produce(source: MediaSource, track: MediaStreamTrack): Promise<void> {
    if (track.readyState === "ended") return;
    const options = { track, appData: { source }, stopTracks: false, disableTrackOnPause: false, zeroRtpOnPause: true };
    const producer = await this.#send?.produce({ ...options, ...this.#encodingOf(source, track) });
    if (!producer) return;
    this.#producers.set(source, producer);
    producer.observer.on("close", () => this.#producers.get(source) === producer && this.#producers.delete(source));
  }

  #encodingOf(source: MediaSource, track: MediaStreamTrack): types.ProducerOptions {
    switch (source) {
      case "microphone":
        return { codecOptions: { opusDtx: true, opusFec: true, opusStereo: false, opusMaxAverageBitrate: 40_000 } };
      case "screen-audio":
        return { codecOptions: { opusDtx: false, opusFec: true, opusStereo: true, opusMaxAverageBitrate: 96_000 } };
      case "camera":
        return { ...this.#vp8(), encodings: cameraEncodings(track.getSettings().height ?? 0) };
      case "screen":
        // One good layer: what has to be read is either there or it is not.
        return { ...this.#vp8(), encodings: [{ maxBitrate: 2_500_000, maxFramerate: 15 }] };
    }
  }

  /** Simulcast of it works in every browser. */
  #vp8(): types.ProducerOptions {
    const codec = this.#device?.sendRtpCapabilities.codecs?.find(
      ({ mimeType }) => mimeType.toLowerCase() === "video/vp8",
    );
    return codec ? { codec } : {};
  }
}

/** A camera of another size is sent in more layers, or fewer. */
function isOfOtherLayers(producer: types.Producer, track: MediaStreamTrack): boolean {
  return producer.rtpParameters.encodings?.length !== cameraEncodings(track.getSettings().height ?? 0).length;
}

const askToJoin = (socket: MediaSocket) => socket.request("join", {});
