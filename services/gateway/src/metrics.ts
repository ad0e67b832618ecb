import type { Logger } from "@greenroom/shared/node/logger.ts";
import {
  addMetricsRoute,
  Counter,
  createMetrics,
  Gauge,
  Histogram,
  type Registry,
} from "@greenroom/shared/node/metrics.ts";
import { createServer, type Server } from "@greenroom/shared/node/server.ts";

/** `room-http`: a room's socket over HTTP, where no WebSocket came through. `call`: to the media service. */
export type SocketKind = "room" | "room-http" | "call" | "piston";

/** What the gateway counts, beside what every process does. */
export class GatewayMetrics {
  readonly registry: Registry = createMetrics();
  readonly #requests: Counter<"route" | "method" | "status">;
  readonly #seconds: Histogram<"route">;
  readonly #sockets: Gauge<"kind">;
  readonly #closes: Counter<"kind" | "code">;

  constructor() {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: "greenroom_gateway_requests_total",
      help: "Requests that were answered, by the route's pattern.",
      labelNames: ["route", "method", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "greenroom_gateway_request_seconds",
      help: "From a request's head to the end of its answer.",
      labelNames: ["route"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
      registers,
    });
    this.#sockets = new Gauge({
      name: "greenroom_gateway_sockets",
      help: "Sockets that are open: WebSockets, and those over HTTP.",
      labelNames: ["kind"],
      registers,
    });
    this.#closes = new Counter({
      name: "greenroom_gateway_socket_closes_total",
      help: "Sockets that closed, by close code.",
      labelNames: ["kind", "code"],
      registers,
    });
  }

  /** Counts what this server answers. Paths carry secrets: only patterns are named. */
  watch(server: Server): void {
    server.addHook("onResponse", async (request, reply) => {
      const route = request.routeOptions.url ?? "none";
      this.#requests.inc({ route, method: request.method, status: reply.statusCode });
      this.#seconds.observe({ route }, reply.elapsedTime / 1000);
    });
  }

  opened(kind: SocketKind): void {
    this.#sockets.inc({ kind });
  }

  closed(kind: SocketKind, code: number): void {
    this.#sockets.dec({ kind });
    this.#closes.inc({ kind, code });
  }
}

/** A server of metrics alone, for a port that is not public; not yet listening. */
export function createMetricsServer(registry: Registry, logger: Logger): Server {
  const server = createServer({ logger, ready: async () => {} });
  addMetricsRoute(server, registry);
  return server;
}
