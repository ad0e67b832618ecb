import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { type CloseReason, closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { accessTokenPrefix, maxFrameBytes, subprotocol } from "@greenroom/shared/protocol/version.ts";
import websocket from "@fastify/websocket";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { RawData, WebSocket } from "ws";
import type { SessionMetrics } from "../metrics.ts";
import type { Connection } from "../room/connection.ts";
import { handleFrame } from "../room/handle-frame.ts";
import { type RoomRegistry, RoomUnavailable } from "../room/room-registry.ts";
import type { Room } from "../room/room.ts";

export interface SocketDeps {
  readonly registry: RoomRegistry;
  readonly verifyAccessToken: VerifyAccessToken;
  /** Whether the bearer of a good token has lost access since it was made. */
  readonly hasLostAccess: (claims: AccessClaims) => Promise<boolean>;
  readonly metrics: SessionMetrics;
  readonly logger: Logger;
}

/** How long a peer may take to answer a close before its connection is cut, in milliseconds. */
const closeTimeoutMs = 2_000;

const SessionId = Type.String({ format: "uuid" });

/** A socket that has been let in. */
interface Seat {
  readonly room: Room;
  readonly connection: Connection;
}

/** The socket of a session: who it is, which room, and then frame after frame in order. */
export async function addSocketRoute(server: Server, deps: SocketDeps): Promise<void> {
  // A variable, because the declarations of ws do not know closeTimeout yet.
  const options = {
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    closeTimeout: closeTimeoutMs,
    handleProtocols: (offered: Set<string>) => (offered.has(subprotocol) ? subprotocol : false),
  };
  await server.register(websocket, { options });
  server.get<{ Params: { sessionId: string } }>(
    "/api/sessions/:sessionId/socket",
    { websocket: true },
    (socket, request) => {
      const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((protocol) => protocol.trim());
      // One session is one room, in whatever case its id was written.
      serveSocket(deps, { socket, offered, sessionId: request.params.sessionId.toLowerCase() });
    },
  );
}

/**
 * Listens from the first turn on. While the room opens or a slow frame is handled, nothing more is read from the network:
 * what had arrived already waits, and the rest is the sender's to hold.
 */
function serveSocket(deps: SocketDeps, opening: { socket: WebSocket; offered: string[]; sessionId: string }): void {
  const { socket } = opening;
  const { verifyAccessToken } = deps;
  const waiting: string[] = [];
  let seat: Seat | undefined;
  let busy = true;

  const drain = async (entered: Seat): Promise<void> => {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift())
      if (socket.readyState === socket.OPEN) await handleFrame({ ...entered, verifyAccessToken }, text);
    busy = false;
    socket.resume();
  };
  const receive = (text: string): void => {
    // After a close has been sent, what still comes is nobody's: a peer that does not answer it gets nothing done.
    if (socket.readyState !== socket.OPEN) return;
    if (!seat || busy) {
      waiting.push(text);
      return;
    }
    const entered = seat;
    const handled = handleFrame({ ...entered, verifyAccessToken }, text);
    if (!handled) return;
    busy = true;
    socket.pause();
    void handled.then(() => drain(entered));
  };
  const refuse = refuser(deps.metrics, socket);
  socket.on("message", (data: RawData, isBinary: boolean) => {
    if (isBinary) refuse("bad-protocol");
    else receive(data.toString());
  });
  socket.on("error", (error) => deps.logger.debug({ err: error.message }, "A socket broke"));
  socket.on("close", () => {
    seat?.connection.presence.close();
    seat?.room.leave(seat.connection);
  });

  socket.pause();
  enter(deps, opening).then(
    (entered) => {
      if (typeof entered === "string") return refuse(entered);
      seat = entered;
      return void drain(entered);
    },
    (error: unknown) => {
      deps.logger.error({ err: error, sessionId: opening.sessionId }, "A socket could not be let in");
      refuse("internal-error");
    },
  );
}

async function enter(
  deps: SocketDeps,
  { socket, offered, sessionId }: { socket: WebSocket; offered: string[]; sessionId: string },
): Promise<Seat | CloseReason> {
  if (!offered.includes(subprotocol)) return "bad-protocol";
  const token = offered.find((protocol) => protocol.startsWith(accessTokenPrefix))?.slice(accessTokenPrefix.length);
  const claims = token === undefined ? undefined : await verify(deps, token);
  if (!claims) return "unauthenticated";
  if (!Value.Check(SessionId, sessionId)) return "session-not-found";
  if (claims.kind === "guest" && claims.sessionId !== sessionId) return "forbidden";
  try {
    const [room, isLost] = await Promise.all([deps.registry.open(sessionId), askStanding(deps, claims)]);
    if (isLost) return "revoked";
    const connection = await room.join(socket, claims);
    if (typeof connection === "string") return connection;
    // The socket may have closed while its participant was written down; then nobody else will say so.
    if (socket.readyState !== socket.OPEN) room.leave(connection);
    return { room, connection };
  } catch (error) {
    if (error instanceof RoomUnavailable) return error.reason;
    throw error;
  }
}

async function askStanding(deps: SocketDeps, claims: AccessClaims): Promise<boolean> {
  try {
    return await deps.hasLostAccess(claims);
  } catch (error) {
    deps.logger.warn({ err: error }, "The standing of a participant cannot be asked for");
    return false;
  }
}

async function verify(deps: SocketDeps, token: string): Promise<AccessClaims | undefined> {
  try {
    return await deps.verifyAccessToken(token);
  } catch (error) {
    deps.logger.debug({ err: error }, "An access token was refused");
    return undefined;
  }
}

function refuser(metrics: SessionMetrics, socket: WebSocket): (reason: CloseReason) => void {
  return (reason) => {
    if (socket.readyState === socket.OPEN) metrics.closed(reason);
    socket.resume(); // the answer to a close has to be read, too
    socket.close(closeCodes[reason], reason);
  };
}
