import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import { addBearerSocket, type Bearer, type Entered } from "@greenroom/shared/node/bearer-socket.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import { maxFrameBytes, socketPath } from "@greenroom/shared/protocol/version.ts";
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

/** The socket of a session's room. */
export async function addSocketRoute(server: Server, deps: SocketDeps): Promise<void> {
  const { verifyAccessToken, metrics, logger } = deps;
  await addBearerSocket(server, {
    path: socketPath(":sessionId"),
    maxFrameBytes,
    verifyAccessToken,
    enter: (bearer) => enter(deps, bearer),
    onRefused: (reason) => metrics.closed(reason),
    logger,
  });
}

async function enter(deps: SocketDeps, { socket, claims, sessionId }: Bearer): Promise<Entered | CloseReason> {
  try {
    const [room, isLost] = await Promise.all([deps.registry.open(sessionId), askStanding(deps, claims)]);
    if (isLost) return "revoked";
    const connection = await room.join(socket, claims);
    return typeof connection === "string" ? connection : frames(deps, room, connection);
  } catch (error) {
    if (error instanceof RoomUnavailable) return error.reason;
    throw error;
  }
}

function frames({ verifyAccessToken }: SocketDeps, room: Room, connection: Connection): Entered {
  const context = { room, connection, verifyAccessToken };
  return {
    receive: (text) => handleFrame(context, text),
    leave: () => {
      connection.presence.close();
      room.leave(connection);
    },
  };
}

async function askStanding(deps: SocketDeps, claims: AccessClaims): Promise<boolean> {
  try {
    return await deps.hasLostAccess(claims);
  } catch (error) {
    deps.logger.warn({ err: error }, "The standing of a participant cannot be asked for");
    return false;
  }
}
