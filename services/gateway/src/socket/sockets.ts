import websocket from "@fastify/websocket";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { wholeFrames } from "@greenroom/shared/node/whole-frame-socket.ts";
import { maxFrameBytes } from "@greenroom/shared/protocol/version.ts";
import type { FastifyRequest } from "fastify";
import { WebSocket } from "ws";
import { chooseSubprotocol } from "../authenticate.ts";
import { allowedOrigins, type GatewayConfig } from "../config.ts";
import { createSocketLimit, type SocketLimit } from "../rate-limit.ts";
import { closeForReason } from "./close-socket.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { Heartbeat } from "./heartbeat.ts";

/** What all sockets from outside share. */
export interface Sockets {
  readonly limit: SocketLimit;
  readonly heartbeat: Heartbeat;
}

/** Who may open a WebSocket at a route, in its config; where it is absent there is none. */
export type SocketOrigins = "our-pages" | "anybody";

declare module "fastify" {
  interface FastifyContextConfig {
    socketFrom?: SocketOrigins;
  }
}

/** Lets WebSockets in, where routes have them. */
export async function addSockets(server: Server, config: GatewayConfig): Promise<Sockets> {
  await server.register(websocket, {
    options: { ...wholeFrames, maxPayload: maxFrameBytes, handleProtocols: chooseSubprotocol },
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
  server.addHook("onClose", async () => heartbeat.close());
  const origins = allowedOrigins(config);
  server.addHook("onRequest", async (request) => {
    if (!request.ws) return;
    const { socketFrom } = request.routeOptions.config;
    if (!socketFrom) throw new ApiError("not-found", "There is no WebSocket here.");
    if (socketFrom === "our-pages") refuseForeign(request, origins);
  });
  const { SOCKETS_PER_MINUTE: perMinute, SOCKETS_PER_ADDRESS: atOnce } = config;
  return { heartbeat, limit: createSocketLimit(server, { perMinute, atOnce }) };
}

/** Throws when a page of another origin asks. [T1] */
export function refuseForeign(request: FastifyRequest, origins: ReadonlySet<string>): void {
  const { origin } = request.headers;
  if (origin !== undefined && !origins.has(origin)) throw new ApiError("not-allowed", "Not from this page.");
}

/** Calls once the socket is closed, which it may be already. */
export function onceClosed(socket: FrameSocket, then: () => void): void {
  if (socket.readyState === WebSocket.CLOSED) then();
  else socket.once("close", then);
}
