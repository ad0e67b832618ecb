import rateLimit from "@fastify/rate-limit";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import { createRateCounter } from "./rate-counter.ts";

const minuteMs = 60_000;

/** HTTP requests of one address a minute, over all gateways. Without Redis nothing is limited: the door stays open. */
export async function addRateLimit(
  server: Server,
  { redis, logger, requestsPerMinute }: { redis: Redis; logger: Logger; requestsPerMinute: number },
): Promise<void> {
  await server.register(rateLimit, {
    store: createRateCounter(redis, logger),
    max: requestsPerMinute,
    timeWindow: minuteMs,
    skipOnError: true,
    // A page loads dozens of files at once, and they cost next to nothing.
    allowList: (request) => request.url.startsWith("/assets/"),
    addHeadersOnExceeding: { "x-ratelimit-limit": false, "x-ratelimit-remaining": false, "x-ratelimit-reset": false },
    errorResponseBuilder: (_request, { ttl }) =>
      new ApiError("rate-limited", "Too many requests from your network. Wait a moment and try again.", {
        retryAfterMs: Math.max(0, ttl),
      }),
  });
}

export interface SocketLimit {
  /** Whether one more socket may open. A place that was given is taken until `release`. */
  take(request: FastifyRequest): Promise<boolean>;
  release(request: FastifyRequest): void;
}

/** Sockets of one address: opened a minute (over all gateways), and open at once (in this process). */
export function createSocketLimit(server: Server, limits: { perMinute: number; atOnce: number }): SocketLimit {
  const open = new Map<string, number>();
  const countUpgrade = server.createRateLimit({
    max: limits.perMinute,
    timeWindow: minuteMs,
    keyGenerator: (request) => `socket:${addressOf(request)}`,
    allowList: [],
  });
  return {
    take: async (request) => {
      const address = addressOf(request);
      const taken = open.get(address) ?? 0;
      if (taken >= limits.atOnce) return false;
      open.set(address, taken + 1);
      const upgrade = await countUpgrade(request);
      if (upgrade.isAllowed || !upgrade.isExceeded) return true;
      release(open, address);
      return false;
    },
    release: (request) => release(open, addressOf(request)),
  };
}

function release(open: Map<string, number>, address: string): void {
  const left = (open.get(address) ?? 1) - 1;
  if (left > 0) open.set(address, left);
  else open.delete(address);
}

/** An IPv6 subscriber owns a /64 at least, so that is what counts as one address. */
export function addressOf(request: FastifyRequest): string {
  return rateLimit.normalizeIP(request.ip);
}
