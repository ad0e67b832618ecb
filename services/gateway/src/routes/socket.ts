import websocket from "@fastify/websocket";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { maxFrameBytes, socketPath } from "@greenroom/shared/protocol/version.ts";
import type { FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import { WebSocket } from "ws";
import { authenticate, chooseSubprotocol, offeredSubprotocols } from "../authenticate.ts";
import { allowedOrigins, type GatewayConfig } from "../config.ts";
import { findOwnerUrl } from "../owner-lookup.ts";
import { createSocketLimit, type SocketLimit } from "../rate-limit.ts";
import { closeForReason } from "../socket/close-socket.ts";
import { connectOwner } from "../socket/connect-owner.ts";
import { Heartbeat } from "../socket/heartbeat.ts";
import { joinSockets } from "../socket/join-sockets.ts";

interface SocketDeps {
  readonly config: GatewayConfig;
  readonly redis: Redis;
  readonly logger: Logger;
  readonly verifyAccessToken: VerifyAccessToken;
}

type Door = SocketDeps & { readonly limit: SocketLimit; readonly heartbeat: Heartbeat };

/**
 * The socket of a session. Browsers see no HTTP status of an upgrade that failed, so all but foreign pages and
 * malformed upgrades are let in first and then told why they are closed. [T2]
 */
export async function addSocketRoute(server: Server, deps: SocketDeps): Promise<void> {
  await server.register(websocket, {
    options: { maxPayload: maxFrameBytes, perMessageDeflate: false, handleProtocols: chooseSubprotocol },
    // What ws itself found wrong it has closed with its code already; closing again changes nothing.
    errorHandler: (error, socket, request) => {
      request.log.debug({ err: error }, "A socket failed");
      closeForReason(socket, "internal-error");
    },
    preClose: (done) => {
      for (const socket of server.websocketServer.clients) closeForReason(socket, "service-restart");
      server.websocketServer.close(() => done());
    },
  });
  const heartbeat = Heartbeat.create();
  const { SOCKETS_PER_MINUTE: perMinute, SOCKETS_PER_ADDRESS: atOnce } = deps.config;
  const door: Door = { ...deps, heartbeat, limit: createSocketLimit(server, { perMinute, atOnce }) };
  server.addHook("onClose", async () => heartbeat.close());

  const path = socketPath(":sessionId");
  const origins = allowedOrigins(deps.config);
  server.addHook("onRequest", async (request) => {
    if (!request.ws) return;
    if (request.routeOptions.url !== path) throw new ApiError("not-found", "There is no WebSocket here.");
    const { origin } = request.headers;
    if (origin !== undefined && !origins.has(origin)) throw new ApiError("not-allowed", "Not from this page.");
  });
  server.route<{ Params: { sessionId: string } }>({
    method: "GET",
    url: path,
    // A 429 would be invisible to a browser here; sockets have a limit of their own.
    config: { rateLimit: false },
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
  client.once("close", (code) => log.info({ code, ms: Date.now() - openedAt }, "Socket closed"));
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

function onceClosed(socket: WebSocket, then: () => void): void {
  if (socket.readyState === WebSocket.CLOSED) then();
  else socket.once("close", then);
}
