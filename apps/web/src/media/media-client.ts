import type { DataChannel, Levels, MediaNews, MediaSource } from "@greenroom/shared/protocol/media.ts";
import type { types } from "mediasoup-client";
import type { ReadableStore } from "../room/store.ts";
import { lastDevice, loadDevice, transportOptions } from "./device.ts";
import type { WantedLayers } from "./layers.ts";
import { MediaLost, type MediaSocket } from "./media-socket.ts";
import { Pulse } from "./pulse.ts";
import { Receiving } from "./receiving.ts";
import { Sending, type Sent } from "./sending.ts";
import type { TrackKey } from "./track-key.ts";
import { TransportWatch } from "./transport-watch.ts";

type JoinAnswer = Awaited<ReturnType<typeof askToJoin>>;
type Way = ReturnType<typeof askToSend>;

export interface MediaClientOptions {
  readonly socket: MediaSocket;
  /** Whether one's role may send anything, as far as the page knows: what counts is what the service answers. */
  readonly maySend?: boolean;
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
  readonly #sending: Sending;
  readonly #receiving: Receiving;
  readonly #watches: TransportWatch[] = [];
  #pulse: Pulse | undefined;
  #send: types.Transport | undefined;
  #receive: types.Transport | undefined;
  #triesRelay = false;
  #hasFailed = false;
  #isClosed = false;

  constructor(options: MediaClientOptions) {
    this.#options = options;
    this.#sending = new Sending(options.socket);
    this.#receiving = new Receiving(options.socket);
  }

  /** What of others' is there to be shown or heard. */
  get tracks(): ReadableStore<ReadonlyMap<TrackKey, MediaStreamTrack>> {
    return this.#receiving.tracks;
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
    return this.#sending.producerOf(source);
  }

  /** Joins and makes both ways. Rejects with MediaRefused, MediaLost, or mediasoup-client's UnsupportedError. */
  async join(): Promise<void> {
    const { socket, maySend = false } = this.#options;
    const joining = askToJoin(socket);
    // Who knows what the service speaks asks for both ways at once, and they are there with its answer.
    const known = lastDevice();
    const receiving = known && askToReceive(socket, known);
    const sending = known && maySend ? askToSend(socket) : undefined;
    // A join that is refused refuses these as well.
    for (const way of [receiving, sending]) way?.catch(() => {});
    const answer = await joining;
    this.#options.onJoined(answer);
    const device = await loadDevice(answer.routerRtpCapabilities);
    if (known && known !== device) {
      // It speaks otherwise than it did: what was asked for is of no use, and another socket asks for what is.
      socket.reopen();
      throw new MediaLost();
    }
    const [, sends] = await Promise.all([
      this.#makeReceiving(device, receiving ?? askToReceive(socket, device)),
      answer.maySend.length > 0 ? this.#makeSending(device, sending ?? askToSend(socket)) : undefined,
    ]);
    if (sends) this.#sending.begin(device, sends);
  }

  send(source: MediaSource, sent: Sent | undefined): void {
    this.#sending.want(source, sent);
  }

  /** How large a picture is shown; undefined where nobody sees it. */
  show(key: TrackKey, layers: WantedLayers | undefined): void {
    this.#receiving.show(key, layers);
  }

  hear(news: MediaNews): void {
    this.#receiving.hear(news);
  }

  /** Browsers say so at every change of what they think of the network, so that it is looked at first. */
  networkChanged(): void {
    this.#pulse?.check();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const transport of this.transports) transport.close();
    this.#sending.close();
    this.#receiving.close();
  }

  async #makeReceiving(device: types.Device, way: Way): Promise<void> {
    const answer = await way;
    this.#triesRelay = answer.iceServers.length > 0;
    const transport = device.createRecvTransport(transportOptions(answer));
    this.#receive = transport;
    this.#attend(transport).expect();
    if (this.#isClosed) return transport.close();
    this.#receiving.begin(transport);
    if (answer.channel) await this.#listen(transport, answer.channel);
  }

  async #makeSending(device: types.Device, way: Way): Promise<types.Transport> {
    const transport = device.createSendTransport(transportOptions(await way));
    this.#attend(transport);
    this.#send = transport;
    if (this.#isClosed) transport.close();
    return transport;
  }

  #attend(transport: types.Transport): TransportWatch {
    const { socket, onConnected } = this.#options;
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
      onFailed: (wasThere) => this.#failed(wasThere),
    });
    this.#watches.push(watch);
    return watch;
  }

  /** Once: the other way most often fails just after, and another client is on its way by then. */
  #failed(wasThere: boolean): void {
    if (this.#isClosed || this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailed(wasThere);
  }

  /** Who is loud: nothing of it is worth waiting for. [V10] */
  async #listen(transport: types.Transport, channel: DataChannel): Promise<void> {
    const { dataConsumerId, dataProducerId, sctpStreamParameters, label } = channel;
    const consumer = await transport.consumeData({ id: dataConsumerId, dataProducerId, sctpStreamParameters, label });
    // One network carries both ways.
    const pulse = new Pulse(transport, {
      ask: () => this.#options.socket.request("ping", {}),
      onLost: (lost) => this.#watches.forEach((watch) => watch.lost(lost)),
    });
    this.#pulse = pulse;
    consumer.on("message", (data) => {
      pulse.heard();
      if (typeof data !== "string" || this.#isClosed) return;
      const { type, levels } = JSON.parse(data) as Levels;
      if (type === "levels") this.#options.onLevels(levels);
    });
  }
}

const askToJoin = (socket: MediaSocket) => socket.request("join", {});
const askToSend = (socket: MediaSocket) => socket.request("transport.create", { direction: "send" });
const askToReceive = (socket: MediaSocket, { recvRtpCapabilities }: types.Device) =>
  socket.request("transport.create", { direction: "receive", rtpCapabilities: { ...recvRtpCapabilities } });
