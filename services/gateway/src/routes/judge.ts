import { ApiError } from "@greenroom/shared/api/error.ts";
import { apiKeyPattern } from "@greenroom/shared/api/key-routes.ts";
import { pistonConnectPath, pistonRoutes } from "@greenroom/shared/api/piston-routes.ts";
import { runRoutes } from "@greenroom/shared/api/run-routes.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { GatewayConfig } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { addScope, forward, passOn } from "../pass-on.ts";
import { addressOf } from "../rate-limit.ts";
import { closeForReason } from "../socket/close-socket.ts";
import { connectJudge } from "../socket/connect-judge.ts";
import { joinSockets } from "../socket/join-sockets.ts";
import { onceClosed, type SocketOrigins, type Sockets } from "../socket/sockets.ts";

interface Door extends Sockets {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
}

/** A graded run's test cases alone may be 8 MiB. The judge is the one that counts. */
const bodyLimit = 12 * 1024 * 1024;
/** A run may be waited for a minute with our own API, and until it ends with Piston's. */
const judgeTimeoutMs = 620_000;

/**
 * Programs that cannot be told to send a key have it in their base URL: /k/<key>/api/v2/execute is /api/v2/execute with
 * the key in its head. The log names the route's pattern, and what is passed on has the key nowhere else.
 */
const keyedPrefix = "/k/:key";
const isKey = new RegExp(apiKeyPattern);

type KeyedRequest = FastifyRequest<{ Params: { key: string } }>;

/** Passes the judge's paths on to the judge: runs over HTTP, and Piston's API with its WebSocket. */
export async function addJudgeRoutes(server: Server, door: Door): Promise<void> {
  const { JUDGE_URL: url, JUDGE_REQUESTS_PER_MINUTE: max } = door.config;
  await addScope(server, Math.max(door.config.UPSTREAM_TIMEOUT_MS, judgeTimeoutMs), (scope) => {
    // A key's own allowance is the judge's; this one is against those who try keys. It is counted apart from our pages'.
    const rateLimit = { max, keyGenerator: (request: FastifyRequest) => `judge:${addressOf(request)}` };
    scope.addHook("onRoute", (route) => {
      route.config = { ...route.config, rateLimit };
      route.bodyLimit = bodyLimit;
    });
    const routes = [...runRoutes, ...pistonRoutes];
    for (const prefix of ["/api/runs", "/api/languages", "/api/v2"])
      passOn(scope, { prefix, routes: routes.filter(({ path }) => path.startsWith(prefix)), url });
    for (const { method, path } of routes) addKeyedRoute(scope, { method, path, url });
  });
  addConnect(server, door, { url: pistonConnectPath, from: "our-pages" });
  addConnect(server, door, { url: `${keyedPrefix}${pistonConnectPath}`, from: "anybody" });
}

function addKeyedRoute(server: Server, { method, path, url }: { method: string; path: string; url: string }): void {
  server.route<{ Params: { key: string } }>({
    method,
    url: `${keyedPrefix}${path}`,
    handler: (request, reply) => {
      const authorization = bearerInPath(request);
      letPagesRead(reply);
      const rest = request.url.slice(`/k/${request.params.key}`.length);
      return forward(url, request as FastifyRequest, reply, { path: rest, authorization });
    },
  });
  server.options(`${keyedPrefix}${path}`, async (_request, reply) => {
    letPagesRead(reply);
    void reply.headers({
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "content-type, idempotency-key, last-event-id",
      "access-control-max-age": "600",
    });
    return reply.status(204).send();
  });
}

/** Any page may use a key that it has: nothing here goes by cookies, and a key is all that counts. */
function letPagesRead(reply: FastifyReply): void {
  void reply.headers({ "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" });
}

function bearerInPath(request: KeyedRequest): string {
  const { key } = request.params;
  // Written as it is, or not at all: what is passed on is cut from the address as it came.
  if (!isKey.test(key) || !request.url.startsWith(`/k/${key}/`))
    throw new ApiError("not-found", "There is nothing here.");
  return `Bearer ${key}`;
}

/** Piston's WebSocket. The judge is asked before the upgrade, so that whoever may not come in is told so by HTTP. */
function addConnect(server: Server, door: Door, { url, from }: { url: string; from: SocketOrigins }): void {
  // Should an upgrade fail after all, the judge closes what nobody initialises.
  const judges = new WeakMap<FastifyRequest, WebSocket>();
  server.route<{ Params: { key: string } }>({
    method: "GET",
    url,
    config: { rateLimit: false, socketFrom: from },
    preValidation: async (incoming) => {
      if (!incoming.ws) return;
      const request = incoming as FastifyRequest; // its generics differ, the request is the same
      const authorization = incoming.params.key ? bearerInPath(incoming) : incoming.headers.authorization;
      judges.set(request, await openJudge(door, request, authorization));
    },
    handler: async () => {
      throw new ApiError("bad-request", "This is a WebSocket: connect with an upgrade.");
    },
    wsHandler: (client, request) => {
      const judge = judges.get(request as FastifyRequest);
      if (!judge) return closeForReason(client, "internal-error");
      door.heartbeat.watch(client);
      door.heartbeat.watch(judge);
      door.metrics.opened("piston");
      client.once("close", (code) => door.metrics.closed("piston", code));
      joinSockets(client, judge);
    },
  });
}

async function openJudge(
  { config, limit, logger }: Door,
  request: FastifyRequest,
  authorization: string | undefined,
): Promise<WebSocket> {
  if (!(await limit.take(request))) throw new ApiError("rate-limited", "Too many sockets are open or were opened.");
  const forwardedFor = request.ip;
  const opening = connectJudge({ url: config.JUDGE_URL, authorization, forwardedFor });
  const judge = await opening.catch((error: unknown) => {
    limit.release(request);
    if (!(error instanceof ApiError)) logger.warn({ err: error }, "The judge could not be reached");
    throw error;
  });
  onceClosed(judge, () => limit.release(request));
  return judge;
}
