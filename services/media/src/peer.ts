import type { MediaPeer, MediaSource } from "@greenroom/shared/protocol/media.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import type { types } from "mediasoup";
import type { Connection } from "./connection.ts";
import { Refusal } from "./refusal.ts";

/** Something that somebody sends. */
export interface Track {
  readonly peer: Peer;
  readonly source: MediaSource;
  readonly producer: types.Producer;
  /** Those for whom there is a consumer of it, or will be. */
  readonly viewers: Set<Peer>;
}

/** Somebody's track as it comes to a peer. */
export interface Received {
  readonly track: Track;
  readonly consumer: types.Consumer;
}

export type Direction = "send" | "receive" | "probe";

/** Closed producers that are remembered, so that closing one again is no error. */
const closedAtMost = 64;

/** What is being made is made once, however many ask at once. */
class Making {
  readonly #underWay = new Set<Direction | MediaSource>();

  async once<T>(what: Direction | MediaSource, make: () => Promise<T>): Promise<T> {
    if (this.#underWay.has(what)) throw new Refusal("out-of-order", "This is being made already.");
    this.#underWay.add(what);
    return await make().finally(() => this.#underWay.delete(what));
  }
}

/** One participant in a call, over one socket: what they send and what comes to them. Until they join they only look. */
export class Peer {
  readonly participantId: string;
  readonly role: Role;
  readonly connection: Connection;
  readonly tracks = new Map<MediaSource, Track>();
  readonly received = new Map<string, Received>();
  /** What is being made for this peer, of which there is one each. */
  readonly making = new Making();
  isJoined = false;
  /** Whether they came into the session's room, as far as session has said. */
  isInRoom: boolean;
  /** What this browser can decode, once it has said so. */
  rtpCapabilities: types.RtpCapabilities | undefined;
  readonly #transports = new Map<Direction, types.WebRtcTransport>();
  readonly #closedProducers = new Set<string>();
  #isClosed = false;

  constructor(options: { participantId: string; role: Role; isInRoom: boolean; connection: Connection }) {
    this.participantId = options.participantId;
    this.role = options.role;
    this.isInRoom = options.isInRoom;
    this.connection = options.connection;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  transport(direction: Direction): types.WebRtcTransport | undefined {
    return this.#transports.get(direction);
  }

  /** Takes a transport over; one that was made for a peer who has gone meanwhile is closed. */
  keep(direction: Direction, transport: types.WebRtcTransport): void {
    if (this.#isClosed) {
      transport.close();
      throw new Refusal("out-of-order", "This socket is closed.");
    }
    this.#transports.get(direction)?.close();
    this.#transports.set(direction, transport);
  }

  closeTransport(direction: Direction): void {
    const transport = this.#transports.get(direction);
    this.#transports.delete(direction);
    try {
      transport?.close();
    } catch {
      // A Worker that cannot be spoken to is replaced, and its transports go with it.
    }
  }

  /** One of this peer's own transports; another's id is as good as none. [V3] */
  ownTransport(transportId: string): types.WebRtcTransport {
    const own = [...this.#transports.values()].find(({ id, closed }) => id === transportId && !closed);
    if (!own) throw new Refusal("unknown-id", "This peer has no such transport.");
    return own;
  }

  ownTrack(producerId: string): Track {
    const own = [...this.tracks.values()].find(({ producer }) => producer.id === producerId);
    if (!own) throw new Refusal("unknown-id", "This peer has no such producer.");
    return own;
  }

  ownConsumer(consumerId: string): types.Consumer {
    const own = this.received.get(consumerId);
    if (!own) throw new Refusal("unknown-id", "This peer has no such consumer.");
    return own.consumer;
  }

  forget(track: Track): void {
    this.tracks.delete(track.source);
    this.#closedProducers.add(track.producer.id);
    const [oldest] = this.#closedProducers;
    if (this.#closedProducers.size > closedAtMost && oldest !== undefined) this.#closedProducers.delete(oldest);
  }

  /** Whether this was a producer of this peer's. */
  hasClosed(producerId: string): boolean {
    return this.#closedProducers.has(producerId);
  }

  describe(): MediaPeer {
    const tracks = [...this.tracks.values()].map(({ source, producer }) => ({
      producerId: producer.id,
      source,
      paused: producer.paused,
    }));
    return { participantId: this.participantId, role: this.role, tracks };
  }

  /** All that it sends and receives ends with its transports. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const direction of this.#transports.keys()) this.closeTransport(direction);
    this.tracks.clear();
    this.received.clear();
  }
}
