import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from "fastify";
import { ApiError, type ErrorBody } from "../api/error.ts";
import type { Logger } from "./logger.ts";

export type Server = FastifyInstance;

/** A check that this service can do its work now; throws with the reason when it cannot. */
export type ReadyCheck = () => Promise<void>;

/** A Fastify server with what all services share: error bodies, `/healthz` (alive) and `/readyz` (able to work). */
export function createServer(options: {
  logger: Logger;
  ready: ReadyCheck;
  /** Bytes of a request's body; 64 KiB unless told otherwise. */
  bodyLimit?: number;
  /** Whose X-Forwarded-For is believed, as Fastify's trustProxy: services behind the gateway believe whoever reaches them. */
  trustProxy?: boolean | string;
}): Server {
  const server = Fastify({
    // Pino's logger is Fastify's, but for the declared type of one method.
    loggerInstance: options.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 64 * 1024,
    trustProxy: options.trustProxy ?? true,
  });
  server.setErrorHandler((error, _request, reply) => sendError(reply, toApiError(error, options.logger)));
  server.setNotFoundHandler((_request, reply) => sendError(reply, new ApiError("not-found", "There is nothing here.")));
  closeWithTheLastAnswer(server);
  server.get("/healthz", async () => ({ status: "alive" }));
  server.get("/readyz", async (_request, reply) => {
    try {
      await options.ready();
      return { status: "ready" };
    } catch (error) {
      return reply
        .status(503)
        .send({ status: "not ready", reason: error instanceof Error ? error.message : "unknown" });
    }
  });
  return server;
}

/** How long requests that are being answered may take to end once a server stops; a process that stops has ten seconds. */
const closeRequestsAfterMs = 5_000;

/**
 * A kept-alive connection with a request under way would hold up `close` until its client lets go of it, and so would a
 * connection on which nobody has asked for anything yet, or somebody who reads slowly.
 */
function closeWithTheLastAnswer(server: Server): void {
  let closing = false;
  server.addHook("preClose", async () => {
    closing = true;
    setTimeout(() => server.server.closeAllConnections(), closeRequestsAfterMs).unref();
  });
  server.addHook("onSend", async (_request, reply) => {
    if (closing) void reply.header("connection", "close");
  });
}

function sendError(reply: FastifyReply, error: ApiError): FastifyReply {
  const body: ErrorBody = { code: error.code, message: error.message };
  if (error.retryAfterMs !== undefined) {
    body.retryAfterMs = error.retryAfterMs;
    void reply.header("retry-after", Math.ceil(error.retryAfterMs / 1000));
  }
  return reply.status(error.status).send(body);
}

function toApiError(error: unknown, logger: Logger): ApiError {
  if (error instanceof ApiError) {
    if (error.status >= 500) logger.warn({ err: error }, "A request could not be served");
    return error;
  }
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  const message = error instanceof Error ? error.message : "The request could not be read.";
  if (status === 413) return new ApiError("too-large", message, { cause: error });
  if (status === 429) return new ApiError("rate-limited", message, { cause: error });
  if (typeof status === "number" && status >= 400 && status < 500)
    return new ApiError("bad-request", message, { cause: error });
  logger.error({ err: error }, "A request failed");
  return new ApiError("internal-error", "Something went wrong on our side.", { cause: error });
}
