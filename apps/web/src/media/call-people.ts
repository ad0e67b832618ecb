import { type Levels, type MediaNews, type MediaPeer, type MediaSource } from "@greenroom/shared/protocol/media.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { trackKey, type TrackKey } from "./track-key.ts";

/** How well somebody's sound and picture come, from 0 to 10, and whose end it is when they do not. */
export interface Quality {
  readonly received: number;
  readonly sent: number;
}

/** From this on a microphone carries a voice, in dBov (RFC 6464). */
const speakingFromDbov = -55;
/** Levels come three times a second; without them somebody has fallen silent, in milliseconds. */
const silentAfterMs = 900;

/** Who is in the call besides oneself, what they send, how loud they are and how well it comes. */
export class CallPeople {
  readonly nameOf: (participantId: string) => string;
  readonly #selfId: string;
  readonly #peers = createStore<readonly MediaPeer[]>([]);
  readonly #speaking = createStore<ReadonlySet<string>>(new Set());
  readonly #qualities = createStore<ReadonlyMap<string, Quality>>(new Map());
  readonly #own = createStore<number | null>(null);
  readonly #starved = createStore<ReadonlySet<TrackKey>>(new Set());
  readonly #said = createStore("");
  readonly #consumers = new Map<string, TrackKey>();
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { selfId: string; nameOf: (participantId: string) => string }) {
    this.#selfId = options.selfId;
    this.nameOf = options.nameOf;
  }

  get peers(): ReadableStore<readonly MediaPeer[]> {
    return this.#peers;
  }
  get speaking(): ReadableStore<ReadonlySet<string>> {
    return this.#speaking;
  }
  get qualities(): ReadableStore<ReadonlyMap<string, Quality>> {
    return this.#qualities;
  }
  /** Of what one sends, from 0 to 10. */
  get ownQuality(): ReadableStore<number | null> {
    return this.#own;
  }
  /** Pictures that do not come because there is not the bandwidth for the smallest of them. */
  get starved(): ReadableStore<ReadonlySet<TrackKey>> {
    return this.#starved;
  }
  /** What has just changed, in a sentence. */
  get said(): ReadableStore<string> {
    return this.#said;
  }

  say(text: string): void {
    this.#said.set(text);
  }

  /** Those who were there already are no news. */
  joined(peers: readonly MediaPeer[]): void {
    this.#consumers.clear();
    this.#starved.set(new Set());
    this.#peers.set(this.#ordered(peers.filter(({ participantId }) => participantId !== this.#selfId)));
  }

  left(): void {
    clearTimeout(this.#silence);
    this.#peers.set([]);
    this.#speaking.set(new Set());
    this.#qualities.set(new Map());
    this.#own.set(null);
    this.#starved.set(new Set());
  }

  hear(news: MediaNews): void {
    switch (news.type) {
      case "peer":
        return this.#changed(news.peer);
      case "peer.left":
        return this.#gone(news.participantId);
      case "consumer":
        return void this.#consumers.set(news.consumerId, trackKey(news.participantId, news.source));
      case "consumer.closed":
        this.#feed(news.consumerId, true);
        return void this.#consumers.delete(news.consumerId);
      case "consumer.layers":
        return this.#feed(news.consumerId, news.layers !== null);
      case "quality":
        this.#own.set(news.own);
        return this.#qualities.set(
          new Map(news.peers.map(({ participantId, ...quality }) => [participantId, quality])),
        );
      case "speaker":
      case "muted":
        return;
    }
  }

  loud(levels: Levels["levels"]): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#speaking.set(new Set()), silentAfterMs);
    const now = levels.filter(({ dbov }) => dbov >= speakingFromDbov).map(({ participantId }) => participantId);
    const before = this.#speaking.get();
    if (now.length !== before.size || now.some((id) => !before.has(id))) this.#speaking.set(new Set(now));
  }

  #changed(peer: MediaPeer): void {
    if (peer.participantId === this.#selfId) return;
    const peers = this.#peers.get();
    const before = peers.find(({ participantId }) => participantId === peer.participantId);
    this.#peers.set(this.#ordered([...peers.filter((other) => other !== before), peer]));
    const name = this.nameOf(peer.participantId);
    if (!before) this.#said.set(`${name} joined the call.`);
    else if (sends(peer, "screen") && !sends(before, "screen")) this.#said.set(`${name} shares their screen.`);
    else if (sends(before, "screen") && !sends(peer, "screen")) this.#said.set(`${name} shares their screen no more.`);
  }

  #gone(participantId: string): void {
    const peers = this.#peers.get();
    if (!peers.some((peer) => peer.participantId === participantId)) return;
    this.#peers.set(peers.filter((peer) => peer.participantId !== participantId));
    this.#said.set(`${this.nameOf(participantId)} left the call.`);
  }

  #feed(consumerId: string, comes: boolean): void {
    const key = this.#consumers.get(consumerId);
    if (key === undefined || this.#starved.get().has(key) !== comes) return;
    const starved = new Set(this.#starved.get());
    if (comes) starved.delete(key);
    else starved.add(key);
    this.#starved.set(starved);
  }

  /** Tiles stay where they are when somebody comes or changes: nobody jumps about. */
  #ordered(peers: readonly MediaPeer[]): readonly MediaPeer[] {
    return peers.toSorted((one, other) => (one.participantId < other.participantId ? -1 : 1));
  }
}

/** Whether it is there and not turned off. */
export function sends(peer: MediaPeer, source: MediaSource): boolean {
  return peer.tracks.some((track) => track.source === source && !track.paused);
}
