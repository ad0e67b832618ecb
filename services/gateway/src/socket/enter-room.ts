import { callOwnerKey, roomOwnerKey } from "@greenroom/shared/events/room-owner.ts";
import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { mediaPath } from "@greenroom/shared/protocol/media.ts";
import { socketPath } from "@greenroom/shared/protocol/version.ts";
import type { FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import { WebSocket } from "ws";
import { authenticate, type Credentials } from "../authenticate.ts";
import type { GatewayConfig } from "../config.ts";
import type { GatewayMetrics, SocketKind } from "../metrics.ts";
import { findOwnerUrl } from "../owner-lookup.ts";
import { closeForReason, closeSocket } from "./close-socket.ts";
import { connectOwner } from "./connect-owner.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { joinSockets } from "./join-sockets.ts";
import { onceClosed, type Sockets } from "./sockets.ts";

/** What it takes to let sockets into rooms. */
export interface RoomDoor extends Sockets {
  readonly config: GatewayConfig;
  readonly redis: Redis;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly verifyAccessToken: VerifyAccessToken;
}

export interface Visitor {
  readonly client: FrameSocket;
  readonly kind: Exclude<SocketKind, "piston">;
  readonly request: FastifyRequest;
  readonly credentials: Credentials;
  /** Before the first frame either way. */
  readonly onLetIn?: (claims: AccessClaims) => void;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a session's sockets lead to: which lease says who has it, and any process that takes it or knows who has. */
interface Goal {
  readonly leaseKey: string;
  readonly path: string;
  readonly anyUrl: string;
}

function goalOf(sessionId: string, kind: Visitor["kind"], config: GatewayConfig): Goal | undefined {
  if (kind !== "call")
    return { leaseKey: roomOwnerKey(sessionId), path: socketPath(sessionId), anyUrl: config.SESSION_URL };
  const { MEDIA_URL: anyUrl } = config;
  return anyUrl === undefined ? undefined : { leaseKey: callOwnerKey(sessionId), path: mediaPath(sessionId), anyUrl };
}

/** Joins a client's socket with one of the process that owns the room or has the call, or closes it with the reason why not. [T2] */
export async function enterRoom(door: RoomDoor, visitor: Visitor): Promise<void> {
  const { client, kind, request } = visitor;
  // Whatever comes before the owner is there waits in the kernel, which bounds it.
  client.pause();
  door.heartbeat.watch(client);
  const { sessionId } = visitor.credentials;

  // The id becomes part of a key and of a service's URL: nothing but an id may.
  const goal = uuid.test(sessionId) ? goalOf(sessionId, kind, door.config) : undefined;
  // Redis is asked both at once.
  const [isTaken, ownerUrl] = await Promise.all([
    door.limit.take(request),
    goal && findOwnerUrl(door.redis, goal.leaseKey, door.logger),
  ]);
  if (!isTaken) return closeForReason(client, "rate-limited");
  onceClosed(client, () => door.limit.release(request));
  if (!uuid.test(sessionId)) return closeForReason(client, "session-not-found");

  const bearer = await authenticate(door.verifyAccessToken, visitor.credentials);
  if (!bearer.ok) return closeForReason(client, bearer.reason);

  if (!goal) return closeForReason(client, "no-media");
  const log = door.logger.child({ sessionId, bearer: bearer.claims.sub, kind });
  const reaching = { ...goal, ownerUrl, accessToken: bearer.accessToken, forwardedFor: request.ip };
  const owner = await reachOwner(reaching, door.logger);
  if (!owner) {
    log.warn("No process could be reached");
    return closeForReason(client, "service-restart");
  }
  // It may have gone meanwhile, and nobody would hear of that again.
  if (client.readyState === WebSocket.CLOSED) return closeSocket(owner, 1001, "");
  const openedAt = Date.now();
  log.info("Socket opened");
  door.metrics.opened(kind);
  client.once("close", (code) => {
    door.metrics.closed(kind, code);
    log.info({ code, ms: Date.now() - openedAt }, "Socket closed");
  });
  door.heartbeat.watch(owner);
  visitor.onLetIn?.(bearer.claims);
  joinSockets(client, owner);
}

interface Reaching extends Goal {
  /** Of the process that has the lease. */
  readonly ownerUrl: string | undefined;
  readonly accessToken: string;
  readonly forwardedFor: string;
}

/** A socket to the process that has the lease, or else to any, which takes it or finds who has it. */
async function reachOwner(
  { leaseKey, ownerUrl, anyUrl, ...opening }: Reaching,
  logger: Logger,
): Promise<WebSocket | undefined> {
  for (const url of new Set([ownerUrl ?? anyUrl, anyUrl])) {
    try {
      return await connectOwner({ ...opening, url });
    } catch (error) {
      logger.warn({ leaseKey, url, err: error }, "A process could not be reached");
    }
  }
  return undefined;
}
