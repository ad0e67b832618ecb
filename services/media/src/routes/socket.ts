import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { type CloseReason, closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { maxMediaFrameBytes, mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import websocket from "@fastify/websocket";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { RawData, WebSocket } from "ws";
import { Connection } from "../connection.ts";
import { handleRequest, type RequestDeps } from "../handle-request.ts";
import { Peer } from "../peer.ts";
import type { Room } from "../room.ts";
import type { RoomRegistry } from "../room-registry.ts";

export interface SocketDeps extends RequestDeps {
  readonly registry: RoomRegistry;
  readonly logger: Logger;
}

/** How long a peer may take to answer a close before its connection is cut, in milliseconds. [T4] */
const closeTimeoutMs = 2_000;

const SessionId = Type.String({ format: "uuid" });

interface Opening {
  readonly socket: WebSocket;
  readonly offered: readonly string[];
  readonly sessionId: string;
}

/** A socket that has been let in. */
interface Place {
  readonly room: Room;
  readonly peer: Peer;
}

/** The socket of a call: who it is, which room, and then request after request in order. */
export async function addSocketRoute(server: Server, deps: SocketDeps): Promise<void> {
  // A variable, because the declarations of ws do not know closeTimeout yet.
  const options = {
    maxPayload: maxMediaFrameBytes,
    perMessageDeflate: false,
    closeTimeout: closeTimeoutMs,
    handleProtocols: (offered: Set<string>) => (offered.has(subprotocol) ? subprotocol : false),
  };
  await server.register(websocket, { options });
  server.get<{ Params: { sessionId: string } }>(mediaPath(":sessionId"), { websocket: true }, (socket, request) => {
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((protocol) => protocol.trim());
    // One session has one call, in whatever case its id was written.
    serveSocket(deps, { socket, offered, sessionId: request.params.sessionId.toLowerCase() });
  });
}

/** Listens from the first turn on; while a request is handled, nothing more is read from the network. */
function serveSocket(deps: SocketDeps, opening: Opening): void {
  const { socket } = opening;
  const waiting: string[] = [];
  let place: Place | undefined;
  let isBusy = true;

  const drain = async (entered: Place): Promise<void> => {
    isBusy = true;
    socket.pause();
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      if (socket.readyState !== socket.OPEN) break;
      if (entered.peer.connection.frames.take() > 0) return entered.peer.connection.close("rate-limited");
      await handleRequest({ ...deps, ...entered }, text);
    }
    isBusy = false;
    socket.resume();
  };
  const refuse = (reason: CloseReason): void => {
    if (socket.readyState === socket.OPEN) deps.metrics.closed(reason);
    socket.resume(); // the answer to a close has to be read, too
    socket.close(closeCodes[reason], reason);
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    // After a close has been sent, what still comes is nobody's.
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return refuse("bad-protocol");
    waiting.push(data.toString());
    if (place && !isBusy) void drain(place);
  });
  socket.on("error", (error) => deps.logger.debug({ err: error.message }, "A socket broke"));
  socket.on("close", () => {
    if (!place) return;
    place.room.leave(place.peer);
    deps.registry.endIfEmpty(place.room);
  });

  socket.pause();
  enter(deps, opening).then(
    (entered) => {
      if (typeof entered === "string") return refuse(entered);
      place = entered;
      return void drain(entered);
    },
    (error: unknown) => {
      deps.logger.error({ err: error, sessionId: opening.sessionId }, "A socket could not be let in");
      refuse("internal-error");
    },
  );
}

/** [V1] */
async function enter(deps: SocketDeps, { socket, offered, sessionId }: Opening): Promise<Place | CloseReason> {
  const { registry, askStanding, metrics, logger } = deps;
  if (!offered.includes(subprotocol)) return "bad-protocol";
  const token = offered.find((protocol) => protocol.startsWith(accessTokenPrefix))?.slice(accessTokenPrefix.length);
  const claims = token === undefined ? undefined : await verify(deps, token);
  if (!claims) return "unauthenticated";
  if (!Value.Check(SessionId, sessionId)) return "session-not-found";
  const [standing] = await askStanding([{ sessionId, claims }]);
  if (!standing) return "internal-error";
  if ("lost" in standing) return standing.lost;
  const room = await registry.open(sessionId);
  if (typeof room === "string") return room;
  // Nothing is waited for from here on: the room is there, and must not stay without anybody in it.
  if (socket.readyState !== socket.OPEN || room.isClosed) {
    registry.endIfEmpty(room);
    return "service-restart";
  }
  const { role, inRoom: isInRoom } = standing;
  const participantId = claims.sub;
  const connection = new Connection({ socket, claims, metrics, logger: logger.child({ sessionId, participantId }) });
  const peer = new Peer({ participantId, role, isInRoom, connection });
  const tooMany = room.enter(peer);
  return tooMany ?? { room, peer };
}

async function verify(deps: SocketDeps, token: string): Promise<AccessClaims | undefined> {
  try {
    return await deps.verifyAccessToken(token);
  } catch (error) {
    deps.logger.debug({ err: error }, "An access token was refused");
    return undefined;
  }
}
