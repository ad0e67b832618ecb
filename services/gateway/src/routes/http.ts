import replyFrom from "@fastify/reply-from";
import { authRoutes } from "@greenroom/shared/api/auth-routes.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { problemRoutes } from "@greenroom/shared/api/problem-routes.ts";
import type { Route } from "@greenroom/shared/api/route.ts";
import { sessionRoutes } from "@greenroom/shared/api/session-routes.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { GatewayConfig } from "../config.ts";

type Headers = Record<string, string | string[] | undefined>;

/** Headers that end at the next hop (RFC 9110 7.6.1), and `expect`, which our client cannot send. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "expect",
]);
/** What says where a request came from: never taken over from outside, only told by us. */
const origins = new Set(["forwarded", "x-real-ip"]);

/** The largest problem: its test cases alone may be 8 MiB. The session service is the one that counts. */
const problemBodyLimit = 12 * 1024 * 1024;

/** Passes /api/auth, /api/sessions and /api/problems on to their services. Nothing else of a service is reachable from outside. */
export async function addHttpRoutes(server: Server, config: GatewayConfig): Promise<void> {
  await server.register(replyFrom, {
    disableRequestLogging: true,
    destroyAgent: true,
    undici: { headersTimeout: config.UPSTREAM_TIMEOUT_MS, bodyTimeout: config.UPSTREAM_TIMEOUT_MS },
  });
  await server.register(async (scope) => {
    // Bodies go on as the bytes they came as.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    passOn(scope, { prefix: "/api/auth", routes: authRoutes, url: config.AUTH_URL });
    passOn(scope, { prefix: "/api/sessions", routes: sessionRoutes, url: config.SESSION_URL });
    passOn(scope, {
      prefix: "/api/problems",
      routes: problemRoutes,
      url: config.SESSION_URL,
      bodyLimit: problemBodyLimit,
    });
  });
  const nothingHere = async (): Promise<never> => {
    throw new ApiError("not-found", "There is nothing here.");
  };
  for (const url of ["/api", "/api/*", "/internal", "/internal/*"]) server.all(url, nothingHere);
}

/** The documented routes by name, so that the log can name them, and everything else below the prefix. */
function passOn(
  server: Server,
  target: { prefix: string; routes: readonly Route[]; url: string; bodyLimit?: number },
): void {
  const { bodyLimit } = target;
  const handler = (request: FastifyRequest, reply: FastifyReply) => forward(target.url, request, reply);
  for (const { method, path: url } of target.routes)
    server.route({ method, url, handler, ...(bodyLimit === undefined ? {} : { bodyLimit }) });
  server.all(`${target.prefix}/*`, handler);
}

function forward(serviceUrl: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.header("cache-control", "no-store");
  const body = Buffer.isBuffer(request.body)
    ? { body: request.body, contentType: request.headers["content-type"] ?? "application/octet-stream" }
    : {};
  return reply.from(undefined, {
    ...body,
    getUpstream: () => serviceUrl,
    // Only a browser knows whether asking again is right; a 503 goes on as it is.
    retryDelay: () => null,
    rewriteRequestHeaders: (_request, headers) => requestHeaders(request, headers),
    rewriteHeaders: withoutHopByHop,
    onError: (failed, { error }) => {
      const gone = new ApiError("unavailable", "This part of Greenroom does not answer. Try again in a moment.", {
        cause: error,
      });
      void failed.send(gone);
    },
  });
}

function requestHeaders(request: FastifyRequest, headers: Headers): Headers {
  const kept = Object.entries(withoutHopByHop(headers)).filter(
    ([name]) => !origins.has(name) && !name.startsWith("x-forwarded-"),
  );
  return {
    ...Object.fromEntries(kept),
    "x-forwarded-for": request.ip,
    "x-forwarded-proto": request.protocol,
    "x-forwarded-host": request.host,
  };
}

function withoutHopByHop(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}
