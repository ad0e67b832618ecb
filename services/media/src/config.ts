import { commonConfig } from "@greenroom/shared/node/config.ts";
import { Type, type Static } from "typebox";

export const MediaConfig = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3004 }),
  REDIS_URL: Type.String({ minLength: 1 }),
  AUTH_URL: Type.String({ minLength: 1 }),
  SESSION_URL: Type.String({ minLength: 1 }),
  SERVICE_SECRET: Type.String({ minLength: 16 }),
  /** How the gateway reaches this very process; calls are routed to it. */
  ADVERTISED_URL: Type.Optional(Type.String()),
  /** mediasoup's Workers, each a process of its own with one core to use. */
  MEDIA_WORKERS: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
  /** Sound and pictures: Worker n, from 0, listens on this port plus n, over UDP and TCP. */
  MEDIA_PORT: Type.Integer({ minimum: 1024, maximum: 65_400, default: 44_444 }),
  /** IP addresses to listen on, separated by commas. Absent: all of IPv4, and of IPv6 where an address of it is announced. */
  MEDIA_LISTEN_ADDRESSES: Type.Optional(Type.String()),
  /**
   * Where browsers find the media service, separated by commas: IP addresses of version 4 and 6, or host names. Several
   * where some browsers are inside of a network and some outside. Absent: this machine's own addresses.
   */
  MEDIA_ANNOUNCED_ADDRESSES: Type.Optional(Type.String()),
  /** The share of its core above which a Worker takes no new call. */
  MEDIA_MAX_WORKER_CPU: Type.Number({ minimum: 0.05, maximum: 1, default: 0.66 }),
  /** TURN servers for browsers that reach no port of ours, separated by commas, such as turn:turn.example.com:3478?transport=udp. */
  TURN_URLS: Type.Optional(Type.String()),
  /** What the TURN servers and we know: short-lived credentials are made of it (coturn's static-auth-secret). */
  TURN_SECRET: Type.Optional(Type.String({ minLength: 16 })),
  /** The Worker's program; absent: where mediasoup's own package put it. */
  MEDIASOUP_WORKER_BIN: Type.Optional(Type.String()),
});
export type MediaConfig = Static<typeof MediaConfig>;
