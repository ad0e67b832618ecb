import { addBearerSocket, type Bearer, type Entered } from "@greenroom/shared/node/bearer-socket.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import { maxMediaFrameBytes, mediaPath } from "@greenroom/shared/protocol/media.ts";
import { Connection } from "../connection.ts";
import type { RequestDeps } from "../handle-request.ts";
import { Peer } from "../peer.ts";
import { Requests } from "../requests.ts";
import type { Room } from "../room.ts";
import type { RoomRegistry } from "../room-registry.ts";

export interface SocketDeps extends RequestDeps {
  readonly registry: RoomRegistry;
  readonly logger: Logger;
}

/** The socket of a session's call. */
export async function addSocketRoute(server: Server, deps: SocketDeps): Promise<void> {
  const { verifyAccessToken, metrics, logger } = deps;
  await addBearerSocket(server, {
    path: mediaPath(":sessionId"),
    maxFrameBytes: maxMediaFrameBytes,
    verifyAccessToken,
    enter: (bearer) => enter(deps, bearer),
    onRefused: (reason) => metrics.closed(reason),
    logger,
  });
}

/** [V1] */
async function enter(deps: SocketDeps, bearer: Bearer): Promise<Entered | CloseReason> {
  const { registry } = deps;
  // The lease is taken while session is asked: it takes as long, and nobody is in the room before both have answered.
  const opening = registry.open(bearer.sessionId);
  try {
    return await enterRoom(deps, bearer);
  } finally {
    const endIfEmpty = (room: Room | CloseReason) => typeof room === "string" || registry.endIfEmpty(room);
    void opening.then(endIfEmpty, () => undefined);
  }
}

async function enterRoom(deps: SocketDeps, { socket, claims, sessionId }: Bearer): Promise<Entered | CloseReason> {
  const { registry, askStanding, metrics, logger } = deps;
  const [standing] = await askStanding([{ sessionId, claims }], { asRoomKnows: true });
  if (!standing) return "internal-error";
  if ("lost" in standing) return standing.lost;
  // The one that is being opened, unless somebody who was not let in has ended it.
  const room = await registry.open(sessionId);
  if (typeof room === "string") return room;
  // Nothing is waited for from here on.
  if (socket.readyState !== socket.OPEN || room.isClosed) return "service-restart";
  const { role, inRoom: isInRoom } = standing;
  const participantId = claims.sub;
  const connection = new Connection({ socket, claims, metrics, logger: logger.child({ sessionId, participantId }) });
  const peer = new Peer({ participantId, role, isInRoom, connection });
  return room.enter(peer) ?? requestsOf(deps, room, peer);
}

function requestsOf(deps: SocketDeps, room: Room, peer: Peer): Entered {
  const requests = new Requests({ ...deps, room, peer });
  return {
    receive: (text) => requests.take(text),
    leave: () => {
      room.leave(peer);
      deps.registry.endIfEmpty(room);
    },
  };
}
