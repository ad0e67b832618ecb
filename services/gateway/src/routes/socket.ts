import { ApiError } from "@greenroom/shared/api/error.ts";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { socketPath } from "@greenroom/shared/protocol/version.ts";
import type { FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import type { WebSocket } from "ws";
import { authenticate, offeredSubprotocols } from "../authenticate.ts";
import type { GatewayConfig } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { findOwnerUrl } from "../owner-lookup.ts";
import { closeForReason } from "../socket/close-socket.ts";
import { connectOwner } from "../socket/connect-owner.ts";
import { joinSockets } from "../socket/join-sockets.ts";
import { onceClosed, type Sockets } from "../socket/sockets.ts";

interface Door extends Sockets {
  readonly config: GatewayConfig;
  readonly redis: Redis;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly verifyAccessToken: VerifyAccessToken;
}

/**
 * The socket of a session. Browsers see no HTTP status of an upgrade that failed, so all but foreign pages and
 * malformed upgrades are let in first and then told why they are closed. [T2]
 */
export function addSocketRoute(server: Server, door: Door): void {
  server.route<{ Params: { sessionId: string } }>({
    method: "GET",
    url: socketPath(":sessionId"),
    // A 429 would be invisible to a browser here; sockets have a limit of their own.
    config: { rateLimit: false, socketFrom: "our-pages" },
    handler: async () => {
      throw new ApiError("bad-request", "This is a WebSocket: connect with an upgrade.");
    },
    wsHandler: (client, request) => openSocket(door, client, request),
  });
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type SocketRequest = FastifyRequest<{ Params: { sessionId: string } }>;

async function openSocket(door: Door, client: WebSocket, request: SocketRequest): Promise<void> {
  // Whatever comes before the owner is there waits in the kernel, which bounds it.
  client.pause();
  door.heartbeat.watch(client);
  const { sessionId } = request.params;

  // FastifyRequest's generics differ, the request is the same.
  const asAny = request as FastifyRequest;
  if (!(await door.limit.take(asAny))) return closeForReason(client, "rate-limited");
  onceClosed(client, () => door.limit.release(asAny));

  // The id becomes part of a service's URL: nothing but an id may.
  if (!uuid.test(sessionId)) return closeForReason(client, "session-not-found");

  const offered = offeredSubprotocols(request.headers["sec-websocket-protocol"]);
  const bearer = await authenticate(door.verifyAccessToken, { offered, sessionId });
  if (!bearer.ok) return closeForReason(client, bearer.reason);

  const log = door.logger.child({ sessionId, bearer: bearer.claims.sub });
  const owner = await reachOwner(door, { sessionId, accessToken: bearer.accessToken, forwardedFor: request.ip });
  if (!owner) {
    log.warn("No session process could be reached");
    return closeForReason(client, "service-restart");
  }
  const openedAt = Date.now();
  log.info("Socket opened");
  door.metrics.opened("room");
  client.once("close", (code) => {
    door.metrics.closed("room", code);
    log.info({ code, ms: Date.now() - openedAt }, "Socket closed");
  });
  door.heartbeat.watch(owner);
  joinSockets(client, owner);
}

/** A socket to the process that owns the room, or else to any session process, which takes the room or finds its owner. */
async function reachOwner(
  { redis, logger, config }: Door,
  bearer: { sessionId: string; accessToken: string; forwardedFor: string },
): Promise<WebSocket | undefined> {
  const { sessionId } = bearer;
  const ownerUrl = await findOwnerUrl(redis, sessionId, logger);
  for (const url of new Set([ownerUrl ?? config.SESSION_URL, config.SESSION_URL])) {
    try {
      return await connectOwner({ ...bearer, url });
    } catch (error) {
      logger.warn({ sessionId, url, err: error }, "A session process could not be reached");
    }
  }
  return undefined;
}
