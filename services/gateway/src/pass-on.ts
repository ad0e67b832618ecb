import replyFrom from "@fastify/reply-from";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Route } from "@greenroom/shared/api/route.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { FastifyReply, FastifyRequest } from "fastify";

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

/** Routes that are passed on to services which may take so long to begin an answer, or to go on with it. */
export async function addScope(server: Server, timeoutMs: number, add: (scope: Server) => void): Promise<void> {
  await server.register(async (plugin) => {
    const scope = plugin as Server; // the same server, in a scope of its own
    await scope.register(replyFrom, {
      disableRequestLogging: true,
      destroyAgent: true,
      undici: { headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    });
    // Bodies go on as the bytes they came as.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    add(scope);
  });
}

/** The documented routes by name, so that the log can name them, and everything else below the prefix. */
export function passOn(
  server: Server,
  target: { prefix: string; routes: readonly Route[]; url: string; bodyLimit?: number },
): void {
  const { bodyLimit } = target;
  const handler = (request: FastifyRequest, reply: FastifyReply) => forward(target.url, request, reply);
  for (const { method, path: url } of target.routes)
    server.route({ method, url, handler, ...(bodyLimit === undefined ? {} : { bodyLimit }) });
  server.all(`${target.prefix}/*`, handler);
}

/** @param keyed where to, and with which head, when the address had a key in it */
export function forward(
  serviceUrl: string,
  request: FastifyRequest,
  reply: FastifyReply,
  keyed?: { path: string; authorization: string },
): FastifyReply {
  void reply.header("cache-control", "no-store");
  const body = Buffer.isBuffer(request.body)
    ? { body: request.body, contentType: request.headers["content-type"] ?? "application/octet-stream" }
    : {};
  return reply.from(keyed?.path, {
    ...body,
    getUpstream: () => serviceUrl,
    // Only a browser knows whether asking again is right; a 503 goes on as it is.
    retryDelay: () => null,
    rewriteRequestHeaders: (_request, headers) => ({
      ...requestHeaders(request, headers),
      ...(keyed ? { authorization: keyed.authorization } : {}),
    }),
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
