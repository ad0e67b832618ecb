import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { listenToFrames, maxUpBodyBytes, sendFrames } from "@greenroom/shared/api/frame-routes.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { subprotocol } from "@greenroom/shared/protocol/version.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { bearerToken } from "../authenticate.ts";
import { allowedOrigins } from "../config.ts";
import { closeForReason } from "../socket/close-socket.ts";
import { enterRoom, type RoomDoor } from "../socket/enter-room.ts";
import { HttpSocket } from "../socket/http-socket.ts";
import { refuseForeign } from "../socket/sockets.ts";

/** A socket that was let in, and whose it is. */
interface Listener {
  readonly socket: HttpSocket;
  readonly sessionId: string;
  readonly claims: AccessClaims;
}

interface ListenRequest {
  Params: { sessionId: string };
  Querystring: { protocol?: unknown };
}
interface SendRequest {
  Params: { sessionId: string; connectionId: string; number: string };
  Body: Buffer | undefined;
}

/** Some proxies and browsers hand on nothing before so many bytes have come. */
const prelude = `:${" ".repeat(2048)}\n\n`;

/** A room's frames over plain HTTP, where a proxy lets no WebSocket through. [T8] */
export async function addFrameRoutes(server: Server, door: RoomDoor): Promise<void> {
  const listeners = new Map<string, Listener>();
  const origins = allowedOrigins(door.config);
  server.addHook("preClose", async () => {
    for (const { socket } of listeners.values()) closeForReason(socket, "service-restart");
  });
  server.route<ListenRequest>({
    method: "GET",
    url: listenToFrames.path,
    exposeHeadRoute: false,
    // Sockets have a limit of their own.
    config: { rateLimit: false },
    onRequest: async (request) => refuseForeign(request as FastifyRequest, origins),
    handler: (request, reply) => listen(door, listeners, request, reply as FastifyReply),
  });
  await addSendRoute(server, door, { listeners, origins });
}

async function listen(
  door: RoomDoor,
  listeners: Map<string, Listener>,
  incoming: FastifyRequest<ListenRequest>,
  reply: FastifyReply,
): Promise<void> {
  const request = incoming as FastifyRequest; // its generics differ, the request is the same
  const { sessionId } = incoming.params;
  const credentials = {
    sessionId,
    speaksOurs: incoming.query.protocol === subprotocol,
    accessToken: bearerToken(request),
  };
  const socket = new HttpSocket(beginStream(reply));
  const entering = enterRoom(door, {
    client: socket,
    kind: "room-http",
    request,
    credentials,
    onLetIn: (claims) => {
      listeners.set(socket.id, { socket, sessionId, claims });
      socket.once("close", () => listeners.delete(socket.id));
      socket.opened();
    },
  });
  await entering.catch((error: unknown) => {
    door.logger.error({ err: error }, "A socket over HTTP could not be let in");
    closeForReason(socket, "internal-error");
  });
}

/** Writes the head of an answer that is written event by event from now on. */
function beginStream(reply: FastifyReply): FastifyReply["raw"] {
  reply.hijack();
  const { raw } = reply;
  // Helmet's headers and the like are Fastify's until now. Its values are what Node takes.
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": listenToFrames.responseType,
    "cache-control": "no-store, no-transform",
    // What nginx and its kin ask for, to hand on each event as it comes.
    "x-accel-buffering": "no",
  });
  raw.write(prelude);
  return raw;
}

/** Frames up. Who sends is checked before anything of the body is read. */
async function addSendRoute(
  server: Server,
  door: RoomDoor,
  { listeners, origins }: { listeners: ReadonlyMap<string, Listener>; origins: ReadonlySet<string> },
): Promise<void> {
  const senders = new WeakMap<object, Listener>();
  // What names no connection costs as any request does; connections count for themselves.
  const countRequest = server.createRateLimit();
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    scope.route<SendRequest>({
      method: "POST",
      url: sendFrames.path,
      bodyLimit: maxUpBodyBytes,
      config: { rateLimit: false },
      onRequest: async (incoming) => {
        const request = incoming as FastifyRequest; // its generics differ, the request is the same
        refuseForeign(request, origins);
        const listener = listeners.get(incoming.params.connectionId);
        if (!listener) await refuseExcess(countRequest, request);
        const sender = await senderOf(door, incoming, listener).catch(async (error: unknown) => {
          if (listener) await refuseExcess(countRequest, request);
          throw error;
        });
        if (!sender.socket.countPost()) closeForReason(sender.socket, "rate-limited");
        senders.set(request.raw, sender);
      },
      onError: async (request, _reply, error) => {
        if (error.statusCode === 413) senders.get(request.raw)?.socket.close(1009, "");
      },
      handler: async (request, reply) => {
        const listener = senders.get(request.raw);
        if (!listener) throw new ApiError("internal-error", "Nobody was seen to send this.");
        await listener.socket.receive(numberOf(request.params.number), request.body ?? Buffer.alloc(0));
        return reply.header("cache-control", "no-store").type("application/json").send("null");
      },
    });
  });
}

async function refuseExcess(
  countRequest: ReturnType<Server["createRateLimit"]>,
  request: FastifyRequest,
): Promise<void> {
  const counted = await countRequest(request);
  if (!counted.isAllowed && counted.isExceeded)
    throw new ApiError("rate-limited", "Too many requests. Wait a moment and try again.", {
      retryAfterMs: Math.max(0, counted.ttl),
    });
}

/** The connection that a POST is for. Of others' nobody is told whether they exist. [T11] */
async function senderOf(
  door: RoomDoor,
  request: FastifyRequest<SendRequest>,
  listener: Listener | undefined,
): Promise<Listener> {
  const token = bearerToken(request as FastifyRequest);
  if (!token) throw new ApiError("unauthenticated", "This needs an access token.");
  const claims = await door.verifyAccessToken(token);
  if (!listener || listener.sessionId !== request.params.sessionId || !isSameBearer(listener.claims, claims))
    throw new ApiError("not-found", "There is no such connection, or it is closed.");
  return listener;
}

/** A newer token of whoever opened the connection counts as theirs. */
function isSameBearer(a: AccessClaims, b: AccessClaims): boolean {
  if (a.sub !== b.sub || a.role !== b.role) return false;
  if (a.kind === "guest" && b.kind === "guest") return a.sessionId === b.sessionId && a.inviteId === b.inviteId;
  return a.kind === b.kind;
}

/** From 1 on. */
function numberOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new ApiError("bad-request", '"number": a whole number from 1 on.');
  return Number(text);
}
