import { isAudio, type MediaNews } from "@greenroom/shared/protocol/media.ts";
import type { types } from "mediasoup-client";
import { createStore, type ReadableStore } from "../room/store.ts";
import type { WantedLayers } from "./layers.ts";
import type { MediaSocket } from "./media-socket.ts";
import { trackKey, type TrackKey } from "./track-key.ts";

type NewsOf<T extends MediaNews["type"]> = Extract<MediaNews, { type: T }>;

interface Received {
  readonly key: TrackKey;
  readonly consumer: types.Consumer;
  /** As the service was last told: "paused", or the layers as text. */
  told: string;
}

/** Others' tracks on their way here: sound as soon as it can be heard, pictures where they are seen. [V5] [V6] */
export class Receiving {
  readonly #socket: MediaSocket;
  readonly #tracks = createStore<ReadonlyMap<TrackKey, MediaStreamTrack>>(new Map());
  readonly #received = new Map<string, Received>();
  readonly #shown = new Map<TrackKey, WantedLayers>();
  readonly #transport: Promise<types.Transport>;
  #announce: (transport: types.Transport) => void = () => {};
  #isClosed = false;

  constructor(socket: MediaSocket) {
    this.#socket = socket;
    this.#transport = new Promise((resolve) => (this.#announce = resolve));
  }

  get tracks(): ReadableStore<ReadonlyMap<TrackKey, MediaStreamTrack>> {
    return this.#tracks;
  }

  /** The way is made: what was announced until now comes over it. */
  begin(transport: types.Transport): void {
    this.#announce(transport);
  }

  /** How large a picture is shown; undefined where nobody sees it. */
  show(key: TrackKey, layers: WantedLayers | undefined): void {
    if (layers) this.#shown.set(key, layers);
    else this.#shown.delete(key);
    for (const [consumerId, received] of this.#received) {
      if (received.key === key) this.#tell(consumerId, received);
    }
  }

  hear(news: MediaNews): void {
    if (news.type === "consumer") void this.#consume(news).catch(() => {});
    else if (news.type === "consumer.closed") void this.#transport.then(() => this.#forget(news.consumerId));
  }

  close(): void {
    this.#isClosed = true;
    this.#received.clear();
    this.#tracks.set(new Map());
  }

  async #consume(news: NewsOf<"consumer">): Promise<void> {
    const transport = await this.#transport;
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

  #tell(consumerId: string, received: Received): void {
    const isPicture = received.consumer.kind === "video";
    const layers = this.#shown.get(received.key);
    const now = !isPicture ? "heard" : layers ? JSON.stringify(layers) : "paused";
    const before = received.told;
    if (now === before) return;
    received.told = now;
    const asked: Promise<unknown>[] = [];
    if (layers) asked.push(this.#socket.request("consumer.layers", { consumerId, ...layers }));
    if (now === "paused") asked.push(this.#socket.request("consumer.pause", { consumerId }));
    else if (before === "paused") asked.push(this.#socket.request("consumer.resume", { consumerId }));
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
}
