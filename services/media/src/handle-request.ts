import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import {
  type MediaAnswerOf,
  type MediaErrorCode,
  type MediaRequest,
  type MediaRequestOf,
  MediaSource,
} from "@greenroom/shared/protocol/media.ts";
import { type Action, can } from "@greenroom/shared/roles.ts";
import { unreachable } from "@greenroom/shared/unreachable.ts";
import { errors, type types } from "mediasoup";
import { candidatesAt } from "./addresses.ts";
import type { AskStanding } from "./ask-standing.ts";
import { readDtlsParameters, readRtpCapabilities, readRtpParameters } from "./foreign.ts";
import type { MakeIceServers } from "./ice-servers.ts";
import type { MediaMetrics } from "./metrics.ts";
import type { Direction, Peer } from "./peer.ts";
import { Refusal } from "./refusal.ts";
import type { Room } from "./room.ts";

// One request of one peer: who may do it is checked here, for every request there is, and each is answered once.

/** What requests are handled with. */
export interface RequestDeps {
  readonly verifyAccessToken: VerifyAccessToken;
  readonly askStanding: AskStanding;
  readonly makeIceServers: MakeIceServers;
  /** Where browsers find us. */
  readonly announced: readonly string[];
  readonly metrics: MediaMetrics;
}

/** Whose request it is. */
export interface RequestContext extends RequestDeps {
  readonly room: Room;
  readonly peer: Peer;
}
type Context = RequestContext;

/** Answers a request or refuses it; never rejects. Others of the same peer may be under way. */
export async function handleRequest(context: RequestContext, request: MediaRequest): Promise<void> {
  const { connection } = context.peer;
  const { id, type } = request;
  try {
    const answer = await dispatch(context, request);
    context.metrics.handled(type, "answered");
    connection.send({ type: "answer", id, data: answer });
  } catch (error) {
    const { code, message } = asRefusal(context, request, error);
    context.metrics.handled(type, code);
    connection.send({ type: "refused", id, code, message });
    return;
  }
  // After the answer, which the browser needs to make its end of the transport.
  if (type === "transport.create" && request.direction === "receive") context.room.showAll(context.peer);
}

type Answer = MediaAnswerOf<MediaRequest["type"]>;

function dispatch(context: Context, request: MediaRequest): Promise<Answer> {
  switch (request.type) {
    case "join":
      return join(context);
    case "probe":
      return probe(context);
    case "transport.create":
      return createTransport(context, request);
    case "transport.connect":
      return connectTransport(context, request);
    case "transport.restart-ice":
      return restartIce(context, request);
    case "produce":
      return produce(context, request);
    case "producer.pause":
      return setPaused(context, request.producerId, true);
    case "producer.resume":
      return setPaused(context, request.producerId, false);
    case "producer.close":
      return closeProducer(context, request);
    case "consumer.resume":
    case "consumer.pause":
    case "consumer.layers":
      return changeConsumer(context, request);
    case "participant.mute":
      return mute(context, request);
    case "access":
      return renewAccess(context, request);
    case "ping":
      return Promise.resolve(null);
    default:
      return unreachable(request);
  }
}

/** [V2] */
async function join(context: Context): Promise<MediaAnswerOf<"join">> {
  const { room, peer } = context;
  if (peer.isJoined) throw new Refusal("out-of-order", "This socket has joined.");
  if (!peer.isInRoom) peer.isInRoom = await isInRoom(context);
  if (!peer.isInRoom) throw new Refusal("not-in-room", "Come into the room of the session first.");
  const maySend = MediaSource.anyOf.map((source) => source.const).filter(() => can(peer.role, "send-media"));
  return { ...(await room.join(peer)), maySend };
}

/** Somebody may have come into the room since their socket was let in here. */
async function isInRoom({ room, peer, askStanding }: Context): Promise<boolean> {
  const bearer = { sessionId: room.sessionId, claims: peer.connection.claims };
  const [standing] = await askStanding([bearer], { asRoomKnows: true });
  if (standing && "lost" in standing) peer.connection.close(standing.lost);
  return standing !== undefined && "inRoom" in standing && standing.inRoom;
}

/** [V9] */
async function probe(context: Context): Promise<MediaAnswerOf<"probe">> {
  const { room, peer } = context;
  if (peer.isJoined) throw new Refusal("out-of-order", "There is a path, and it is in use.");
  const { channel, ...answer } = await makeTransport(context, "probe");
  if (!channel) throw new Error("A probe has a channel.");
  return { ...answer, channel, routerRtpCapabilities: await room.capabilities() };
}

async function createTransport(
  context: Context,
  request: MediaRequestOf<"transport.create">,
): Promise<MediaAnswerOf<"transport.create">> {
  const { peer } = context;
  const { direction } = request;
  requireJoined(context);
  if (direction === "send") require(context, "send-media");
  if (peer.transport(direction)) throw new Refusal("out-of-order", "There is a transport in this direction.");
  const rtpCapabilities = direction === "receive" ? readRtpCapabilities(request.rtpCapabilities) : undefined;
  const answer = await peer.making.once(direction, () => makeTransport(context, direction));
  if (rtpCapabilities) peer.rtpCapabilities = rtpCapabilities;
  return answer;
}

async function makeTransport(context: Context, direction: Direction): Promise<MediaAnswerOf<"transport.create">> {
  const { room, peer, announced, makeIceServers } = context;
  const { transport, channel } = await room.createTransport(peer, direction);
  return {
    transportId: transport.id,
    iceParameters: { ...transport.iceParameters },
    iceCandidates: candidatesAt(announced, transport.iceCandidates),
    dtlsParameters: { ...transport.dtlsParameters },
    ...(transport.sctpParameters && { sctpParameters: { ...transport.sctpParameters } }),
    iceServers: makeIceServers(peer.participantId),
    ...(channel && { channel: describeChannel(channel) }),
  };
}

function describeChannel(channel: types.DataConsumer): MediaAnswerOf<"probe">["channel"] {
  const { id: dataConsumerId, dataProducerId, label, sctpStreamParameters } = channel;
  return { dataConsumerId, dataProducerId, label, sctpStreamParameters: { ...sctpStreamParameters } };
}

async function connectTransport({ peer }: Context, request: MediaRequestOf<"transport.connect">): Promise<null> {
  const transport = peer.ownTransport(request.transportId);
  await byMediasoup(transport.connect({ dtlsParameters: readDtlsParameters(request.dtlsParameters) }));
  return null;
}

/** [V7] */
async function restartIce(
  { peer, makeIceServers }: Context,
  request: MediaRequestOf<"transport.restart-ice">,
): Promise<MediaAnswerOf<"transport.restart-ice">> {
  const iceParameters = await peer.ownTransport(request.transportId).restartIce();
  return { iceParameters: { ...iceParameters }, iceServers: makeIceServers(peer.participantId) };
}

/** [V4] */
async function produce(context: Context, request: MediaRequestOf<"produce">): Promise<{ producerId: string }> {
  const { room, peer } = context;
  requireJoined(context);
  require(context, "send-media");
  const transport = peer.ownTransport(request.transportId);
  if (transport !== peer.transport("send"))
    throw new Refusal("out-of-order", "Nothing is sent over a transport that receives.");
  const { source } = request;
  const rtpParameters = readRtpParameters(request.rtpParameters);
  const producing = () => byMediasoup(room.produce(peer, { transport, source, rtpParameters }));
  return { producerId: await peer.making.once(source, producing) };
}

async function setPaused(context: Context, producerId: string, isPaused: boolean): Promise<null> {
  await context.room.setPaused(context.peer.ownTrack(producerId), isPaused);
  return null;
}

async function closeProducer({ peer }: Context, { producerId }: MediaRequestOf<"producer.close">): Promise<null> {
  if (!peer.hasClosed(producerId)) peer.ownTrack(producerId).producer.close();
  return null;
}

/** [V5] [V6] */
async function changeConsumer(
  { peer }: Context,
  request: MediaRequestOf<"consumer.resume" | "consumer.pause" | "consumer.layers">,
): Promise<null> {
  const consumer = peer.ownConsumer(request.consumerId);
  try {
    if (request.type === "consumer.resume") await consumer.resume();
    else if (request.type === "consumer.pause") await consumer.pause();
    else {
      const { spatialLayer, temporalLayer } = request;
      await consumer.setPreferredLayers({ spatialLayer, temporalLayer });
    }
  } catch (cause) {
    // Its sender has just stopped, and the Worker knew it before this request.
    if (consumer.closed || cause instanceof errors.NotFoundError)
      throw new Refusal("unknown-id", "This track has just ended.", { cause });
    throw cause;
  }
  return null;
}

/** [V8] */
async function mute(context: Context, request: MediaRequestOf<"participant.mute">): Promise<null> {
  const { room, peer } = context;
  requireJoined(context);
  require(context, "mute-others");
  const target = room.find(request.participantId.toLowerCase());
  if (!target) throw new Refusal("unknown-id", "There is no such peer in this call.");
  const track = target.tracks.get(request.source);
  if (!track || track.producer.paused) return null;
  await room.setPaused(track, true);
  target.connection.send({ type: "muted", source: request.source, by: peer.participantId });
  target.connection.log.info({ source: request.source, by: peer.participantId }, "A peer was muted");
  return null;
}

/** [T4] */
async function renewAccess({ peer, verifyAccessToken }: Context, request: MediaRequestOf<"access">): Promise<null> {
  const claims = await verifyAccessToken(request.accessToken).catch(() => undefined);
  if (!claims || !peer.connection.renew(claims))
    throw new Refusal("unauthenticated", "The access token is not a newer one of the same bearer.");
  return null;
}

function requireJoined({ peer }: Context): void {
  if (!peer.isJoined) throw new Refusal("out-of-order", "Join first.");
}

/** [C5] */
function require({ peer }: Context, action: Action): void {
  if (!can(peer.role, action)) throw new Refusal("not-allowed", "Your role does not let you do this.");
}

/** What mediasoup throws at parameters that came from outside is their sender's fault. */
async function byMediasoup<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal("bad-parameters", "mediasoup does not take these parameters.", { cause });
  }
}

function asRefusal(context: Context, request: MediaRequest, error: unknown): { code: MediaErrorCode; message: string } {
  const { log } = context.peer.connection;
  if (error instanceof Refusal) {
    log.debug({ request: request.type, code: error.code, err: error.cause }, "A request was refused");
    return error;
  }
  // When a room is closed under a request, its socket is closed, too.
  if (context.peer.connection.isOpen)
    log.error({ err: error, request: request.type }, "A request could not be handled");
  return { code: "internal-error", message: "Something went wrong on our side." };
}
