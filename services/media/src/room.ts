import type { Logger } from "@greenroom/shared/node/logger.ts";
import { TextFrame } from "@greenroom/shared/node/whole-frame-socket.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import { isAudio, type MediaDown, type MediaPeer, type MediaSource } from "@greenroom/shared/protocol/media.ts";
import { encodeMedia } from "@greenroom/shared/protocol/media-codec.ts";
import type { types } from "mediasoup";
import { isOrphan } from "./is-orphan.ts";
import { Levels } from "./levels.ts";
import type { MediaMetrics } from "./metrics.ts";
import type { Direction, Peer, Track } from "./peer.ts";
import { qualityOf } from "./quality.ts";
import { Refusal } from "./refusal.ts";
import { browserCapabilities, maxIncomingBitrate, peersAtMost, suits, transportOptions } from "./router-options.ts";
import { NoCapacityError, type Place, type Workers } from "./workers.ts";

/** How often everybody is told how well things come, where that has changed. */
const qualityEveryMs = 2_000;
/** A screen keeps its bandwidth before cameras do; cameras have 1. */
const screenPriority = 200;
/** Sockets of one participant at once: tabs, and those whose end is not known yet. */
const socketsAtMost = 8;

export interface RoomDeps {
  readonly workers: Workers;
  readonly metrics: MediaMetrics;
  readonly logger: Logger;
  /** The Worker is gone, and all that was on it; whoever holds the room closes it. */
  readonly onLost: (room: Room) => void;
}

/** What a call stands on, from the first who joins or tries the path. */
interface Ground extends Place {
  readonly levels: Levels;
}

/** A transport as it was made, with the channel for data of those that have one. */
interface MadeTransport {
  readonly transport: types.WebRtcTransport;
  readonly channel: types.DataConsumer | undefined;
}

/** The call of one session: its sockets, its peers, and what they send each other. */
export class Room {
  readonly sessionId: string;
  readonly log: Logger;
  readonly #deps: RoomDeps;
  readonly #sockets = new Set<Peer>();
  /** Those who have joined, one for each participant. */
  readonly #peers = new Map<string, Peer>();
  readonly #tracks = new Map<string, Track>();
  readonly #told = new WeakMap<Peer, string>();
  readonly #timer: NodeJS.Timeout;
  #ground: Promise<Ground> | undefined;
  #isClosed = false;

  constructor(sessionId: string, deps: RoomDeps) {
    this.sessionId = sessionId;
    this.#deps = deps;
    this.log = deps.logger.child({ sessionId });
    this.#timer = setInterval(() => this.#tellQuality(), qualityEveryMs);
  }

  /** Everybody with a socket here. */
  get sockets(): ReadonlySet<Peer> {
    return this.#sockets;
  }

  get peers(): Peer[] {
    return [...this.#peers.values()];
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Lets a socket in, or says why not. */
  enter(peer: Peer): CloseReason | undefined {
    const own = [...this.#sockets].filter(({ participantId }) => participantId === peer.participantId);
    if (own.length >= socketsAtMost) return "rate-limited";
    this.#sockets.add(peer);
    return undefined;
  }

  /** A socket is gone, and all that was its own. */
  leave(peer: Peer): void {
    this.#sockets.delete(peer);
    if (this.#peers.get(peer.participantId) === peer) {
      this.#peers.delete(peer.participantId);
      this.#tell({ type: "peer.left", participantId: peer.participantId });
      peer.connection.log.info("A peer left");
    }
    this.#drop(peer);
  }

  /** @returns who else is in the call, and what a browser's device is loaded with */
  async join(peer: Peer): Promise<{ peers: MediaPeer[]; routerRtpCapabilities: types.RouterRtpCapabilities }> {
    const { router } = await this.#stand();
    const { participantId } = peer;
    const former = this.#peers.get(participantId);
    if (peer.isClosed) throw new Refusal("out-of-order", "This socket is closed.");
    if (!former && this.#peers.size >= peersAtMost) throw new Refusal("no-capacity", "This call is full.");
    this.#peers.set(participantId, peer);
    former?.connection.close("replaced");
    if (former) this.#drop(former);
    peer.isJoined = true;
    peer.closeTransport("probe");
    this.#announce(peer);
    peer.connection.log.info({ role: peer.role }, "A peer joined");
    const others = this.peers.filter((other) => other !== peer);
    return { peers: others.map((other) => other.describe()), routerRtpCapabilities: browserCapabilities(router) };
  }

  /** What a browser's device is loaded with. */
  async capabilities(): Promise<types.RouterRtpCapabilities> {
    return browserCapabilities((await this.#stand()).router);
  }

  async createTransport(peer: Peer, direction: Direction): Promise<MadeTransport> {
    const { router, webRtcServer, levels } = await this.#stand();
    const isSending = direction === "send";
    const options = transportOptions(webRtcServer, isSending ? "send" : "receive");
    const transport = await router.createWebRtcTransport(options);
    peer.keep(direction, transport);
    this.#watchPath(peer, direction, transport);
    if (!isSending)
      return { transport, channel: await levels.channelOn(transport, direction === "probe" ? "probe" : "levels") };
    // The Worker knows it before whatever it is asked later, and takes any figure unless it dies.
    transport.setMaxIncomingBitrate(maxIncomingBitrate).catch(() => undefined);
    return { transport, channel: undefined };
  }

  #watchPath(peer: Peer, direction: Direction, transport: types.WebRtcTransport): void {
    transport.on("iceselectedtuplechange", ({ protocol }) => {
      this.#deps.metrics.pathFound(protocol);
      peer.connection.log.info({ direction, protocol }, "A path for media was found");
    });
    transport.on("dtlsstatechange", (state) => {
      if (state === "failed") peer.connection.log.warn({ direction }, "A transport's keys could not be agreed on");
    });
  }

  /** All that others send already comes to a peer who can receive now; what they send later follows by itself. [V5] */
  showAll(peer: Peer): void {
    for (const track of this.#tracks.values()) this.#show(track, peer);
  }

  /** A peer sends this from now on. [V4] */
  async produce(
    peer: Peer,
    asked: { transport: types.WebRtcTransport; source: MediaSource; rtpParameters: types.RtpParameters },
  ): Promise<string> {
    const { transport, source, rtpParameters } = asked;
    if (peer.tracks.has(source)) throw new Refusal("out-of-order", "This is being sent already.");
    if (!suits(source, rtpParameters))
      throw new Refusal("bad-parameters", "These are not parameters of such a source.");
    const producer = await transport.produce({ kind: isAudio(source) ? "audio" : "video", rtpParameters });
    const track: Track = { peer, source, producer, viewers: new Set() };
    if (isOrphan(producer, transport)) throw new Refusal("out-of-order", "This transport is closed.");
    peer.tracks.set(source, track);
    this.#tracks.set(producer.id, track);
    producer.observer.once("close", () => this.#trackClosed(track));
    this.#announce(peer);
    for (const other of this.#peers.values()) this.#show(track, other);
    if (source === "microphone") void this.#listenTo(producer);
    return producer.id;
  }

  /** Who sends need not wait for it. It may be gone by then, and there is nothing to listen to. */
  async #listenTo({ id }: types.Producer): Promise<void> {
    await this.#stand()
      .then(({ levels }) => levels.listenTo(id))
      .catch(() => undefined);
  }

  /** Nobody gets any of it, or they do again. */
  async setPaused(track: Track, isPaused: boolean): Promise<void> {
    if (isPaused) await track.producer.pause();
    else await track.producer.resume();
    this.#announce(track.peer);
  }

  find(participantId: string): Peer | undefined {
    return this.#peers.get(participantId);
  }

  /** Ends the call for everybody. Idempotent. */
  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const peer of this.#sockets) {
      peer.connection.close(reason);
      peer.close();
    }
    void this.#ground?.then(endGround, () => undefined);
    this.log.info({ reason }, "A call was closed");
  }

  #stand(): Promise<Ground> {
    if (this.#isClosed) throw new Refusal("out-of-order", "This call is closed.");
    this.#ground ??= this.#takeGround().catch((error: unknown) => {
      this.#ground = undefined;
      if (error instanceof NoCapacityError) throw new Refusal("no-capacity", error.message, { cause: error });
      throw error;
    });
    return this.#ground;
  }

  async #takeGround(): Promise<Ground> {
    const place = await this.#deps.workers.openPlace();
    const { router } = place;
    router.once("workerclose", () => this.#deps.onLost(this));
    const levels = await Levels.create({
      router,
      ownerOf: (producerId) => this.#tracks.get(producerId)?.peer.participantId,
      onSpeaker: (participantId) => this.#tell({ type: "speaker", participantId }),
    });
    this.log.info("A call was opened");
    return { ...place, levels };
  }

  /** Nothing of a peer who has gone is kept. */
  #drop(peer: Peer): void {
    peer.close();
    for (const { viewers } of this.#tracks.values()) viewers.delete(peer);
  }

  #trackClosed(track: Track): void {
    this.#tracks.delete(track.producer.id);
    if (track.peer.isClosed) return;
    track.peer.forget(track);
    this.#announce(track.peer);
  }

  #show(track: Track, viewer: Peer): void {
    const { transport, rtpCapabilities } = {
      transport: viewer.transport("receive"),
      rtpCapabilities: viewer.rtpCapabilities,
    };
    if (!transport || !rtpCapabilities || track.peer === viewer || track.viewers.has(viewer)) return;
    track.viewers.add(viewer);
    this.#consume({ track, viewer, transport, rtpCapabilities }).catch((error: unknown) => {
      // Either end may be gone by now; otherwise this browser cannot decode it.
      viewer.connection.log.debug({ err: error, source: track.source }, "There is no consumer of a track");
    });
  }

  async #consume(asked: {
    track: Track;
    viewer: Peer;
    transport: types.WebRtcTransport;
    rtpCapabilities: types.RtpCapabilities;
  }): Promise<void> {
    const { track, viewer, transport, rtpCapabilities } = asked;
    const { source, producer } = track;
    const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities, paused: true });
    if (isOrphan(consumer, transport, producer)) return;
    const { connection } = viewer;
    const { id: consumerId, rtpParameters } = consumer;
    viewer.received.set(consumerId, { track, consumer });
    consumer.on("producerclose", () => {
      viewer.received.delete(consumerId);
      connection.send({ type: "consumer.closed", consumerId });
    });
    consumer.on("layerschange", (layers) => {
      const { spatialLayer, temporalLayer = 0 } = layers ?? {};
      const told = spatialLayer === undefined ? null : { spatialLayer, temporalLayer };
      connection.send({ type: "consumer.layers", consumerId, layers: told });
    });
    const { participantId } = track.peer;
    connection.send({ type: "consumer", consumerId, producerId: producer.id, participantId, source, rtpParameters });
    if (source === "screen") await consumer.setPriority(screenPriority);
  }

  /** Tells the others what there is of a peer. */
  #announce(peer: Peer): void {
    if (this.#peers.get(peer.participantId) === peer) this.#tell({ type: "peer", peer: peer.describe() }, peer);
  }

  #tell(frame: MediaDown, except?: Peer): void {
    const made = TextFrame.of(encodeMedia(frame));
    for (const peer of this.#peers.values()) if (peer !== except) peer.connection.sendMade(made);
  }

  #tellQuality(): void {
    for (const peer of this.#peers.values()) {
      const frame = qualityOf(peer);
      const words = JSON.stringify(frame);
      if (this.#told.get(peer) === words) continue;
      this.#told.set(peer, words);
      peer.connection.send(frame);
    }
  }
}

function endGround({ levels, router }: Ground): void {
  try {
    levels.close();
    router.close();
  } catch {
    // A Worker that cannot be spoken to is replaced, and its Routers go with it.
  }
}
