import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import {
  isAudio,
  type MediaAnswerOf,
  type MediaDown,
  type MediaErrorCode,
  type MediaNews,
  mediaPath,
  type MediaRequest,
  type MediaSource,
} from "@greenroom/shared/protocol/media.ts";
import { parseMediaDown } from "@greenroom/shared/protocol/media-codec.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { Device } from "mediasoup-client";
import { generateLocalDtlsParameters, generateNativeRtpCapabilities } from "mediasoup-client/fakeParameters";
import { FakeHandler } from "mediasoup-client/handlers/FakeHandler";
import type { types } from "mediasoup-client";
import { WebSocket } from "ws";

type WithoutId<R> = R extends unknown ? Omit<R, "id"> : never;
export type Asked = WithoutId<MediaRequest>;
type NewsOf<T extends MediaNews["type"]> = Extract<MediaNews, { type: T }>;

/** A request that was refused, by its code. */
export class RefusedError extends Error {
  readonly code: MediaErrorCode;
  constructor(code: MediaErrorCode, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** As much of a track as mediasoup-client looks at. */
class Track extends EventTarget {
  readonly id = crypto.randomUUID();
  readonly kind: "audio" | "video";
  readonly readyState = "live";
  enabled = true;
  constructor(kind: "audio" | "video") {
    super();
    this.kind = kind;
  }
  stop(): void {}
}

/**
 * A browser as far as signalling goes: mediasoup-client itself, whose handler makes up what WebRTC would say. No media
 * flows.
 */
export class TestBrowser {
  readonly news: MediaNews[] = [];
  /** Every answer and refusal that came, by the id of its request. */
  readonly answers: { id: number | null; code: MediaErrorCode | undefined }[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (frame: MediaDown) => void; reject: (error: Error) => void }>();
  #lastId = 0;
  readonly #end: Promise<string>;
  #device: Device | undefined;
  send: types.Transport | undefined;
  receive: types.Transport | undefined;

  constructor(options: { url: string; sessionId: string; token: string }) {
    const url = new URL(mediaPath(options.sessionId), options.url.replace("http", "ws"));
    this.#socket = new WebSocket(url, [subprotocol, accessTokenPrefix + options.token]);
    this.#socket.on("error", () => {});
    this.#end = new Promise((resolve) => {
      this.#socket.on("close", (_code, reason) => {
        for (const { reject } of this.#waiting.values()) reject(new Error("The socket was closed."));
        resolve(reason.toString());
      });
    });
    this.#socket.on("message", (data) => this.#take(data.toString()));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async opened(): Promise<this> {
    await until("the socket is open", () => this.#socket.readyState === WebSocket.OPEN);
    return this;
  }

  /** @returns why it was closed, once it is */
  async closed(): Promise<CloseReason> {
    return (await this.#end) as CloseReason; // the protocol's, or a test fails where it compares
  }

  /** Sends what it is given, whatever it is. */
  raw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  async ask<T extends Asked>(asked: T): Promise<MediaAnswerOf<T["type"]>> {
    const id = ++this.#lastId;
    const answer = new Promise<MediaDown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.raw(JSON.stringify({ ...asked, id }));
    const frame = await answer;
    if (frame.type === "refused") throw new RefusedError(frame.code, frame.message);
    return (frame as { data: unknown }).data as MediaAnswerOf<T["type"]>; // what the contract says
  }

  /** @returns the code with which a request is refused */
  async refused(asked: Asked): Promise<MediaErrorCode | "answered"> {
    return await this.ask(asked).then(
      () => "answered" as const,
      (error: unknown) => {
        if (error instanceof RefusedError) return error.code;
        throw error;
      },
    );
  }

  /** Joins, and makes its transports: one each way, or one that receives where nothing may be sent. */
  async join(): Promise<MediaAnswerOf<"join">> {
    const joined = await this.ask({ type: "join" });
    const handlerFactory = FakeHandler.createFactory({
      generateNativeRtpCapabilities,
      generateLocalDtlsParameters,
    });
    const device = new Device({ handlerFactory });
    await device.load({ routerRtpCapabilities: joined.routerRtpCapabilities as types.RtpCapabilities });
    this.#device = device;
    this.receive = await this.#transport("receive");
    if (joined.maySend.length > 0) this.send = await this.#transport("send");
    return joined;
  }

  /** @returns the producer's id */
  async produce(source: MediaSource): Promise<types.Producer> {
    if (!this.send) throw new Error("Nothing can be sent.");
    const track = new Track(isAudio(source) ? "audio" : "video") as unknown as NonNullable<
      types.ProducerOptions["track"]
    >; // Node has none
    const encodings = source === "camera" ? [1, 2, 3].map((layer) => ({ maxBitrate: layer * 100_000 })) : [];
    return await this.send.produce({ track, encodings, appData: { source }, stopTracks: false });
  }

  /** Makes its end of what was sent for it, and lets it flow. */
  async consume(news: NewsOf<"consumer">): Promise<types.Consumer> {
    if (!this.receive) throw new Error("Nothing can be received.");
    const { consumerId, producerId, source, rtpParameters } = news;
    const consumer = await this.receive.consume({
      id: consumerId,
      producerId,
      kind: isAudio(source) ? "audio" : "video",
      rtpParameters: rtpParameters as unknown as types.RtpParameters,
    });
    await this.ask({ type: "consumer.resume", consumerId });
    return consumer;
  }

  all<T extends MediaNews["type"]>(type: T): NewsOf<T>[] {
    return this.news.filter((news): news is NewsOf<T> => news.type === type);
  }

  /** The first news of a kind that suits, once it is there. */
  async next<T extends MediaNews["type"]>(
    type: T,
    suits: (news: NewsOf<T>) => boolean = () => true,
  ): Promise<NewsOf<T>> {
    return await until(`there is ${type}`, () => this.all(type).find(suits), { seen: () => this.news });
  }

  /** Everything sent before has been answered. */
  async settled(): Promise<void> {
    await this.ask({ type: "ping" });
  }

  close(): void {
    this.send?.close();
    this.receive?.close();
    this.#socket.close(1000);
  }

  /** Breaks without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  async #transport(direction: "send" | "receive"): Promise<types.Transport> {
    const device = this.#device;
    if (!device) throw new Error("Not joined.");
    const rtpCapabilities = device.recvRtpCapabilities as unknown as Record<string, unknown>;
    const answer = await this.ask({
      type: "transport.create",
      direction,
      ...(direction === "receive" ? { rtpCapabilities } : {}),
    });
    const options = { ...answer, id: answer.transportId } as unknown as types.TransportOptions; // mediasoup's own
    const transport = direction === "send" ? device.createSendTransport(options) : device.createRecvTransport(options);
    const { transportId } = answer;
    transport.on("connect", ({ dtlsParameters }, done, fail) => {
      this.ask({ type: "transport.connect", transportId, dtlsParameters: { ...dtlsParameters } }).then(done, fail);
    });
    transport.on("produce", ({ rtpParameters, appData }, done, fail) => {
      const source = appData["source"] as MediaSource; // put there by produce
      this.ask({ type: "produce", transportId, source, rtpParameters: { ...rtpParameters } }).then(
        ({ producerId }) => done({ id: producerId }),
        fail,
      );
    });
    return transport;
  }

  #take(data: string): void {
    const frame = parseMediaDown(data);
    if (!frame) throw new Error(`This is no frame of the protocol: ${data}`);
    if (frame.type !== "answer" && frame.type !== "refused") {
      this.news.push(frame);
      return;
    }
    const { id } = frame;
    this.answers.push({ id, code: frame.type === "refused" ? frame.code : undefined });
    if (id === null) return;
    this.#waiting.get(id)?.resolve(frame);
    this.#waiting.delete(id);
  }
}
