import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { mediaPath } from "@greenroom/shared/protocol/media.ts";
import { socketPath } from "@greenroom/shared/protocol/version.ts";
import type { FastifyRequest } from "fastify";
import { offeredCredentials } from "../authenticate.ts";
import { enterRoom, type RoomDoor } from "../socket/enter-room.ts";

/**
 * The sockets of a session: of its room, and of its call. Browsers see no HTTP status of an upgrade that failed, so all
 * but foreign pages and malformed upgrades are let in first and then told why they are closed. [T2] [V1]
 */
export function addSocketRoutes(server: Server, door: RoomDoor): void {
  addRoute(server, door, { url: socketPath(":sessionId"), kind: "room" });
  addRoute(server, door, { url: mediaPath(":sessionId"), kind: "call" });
}

function addRoute(server: Server, door: RoomDoor, { url, kind }: { url: string; kind: "room" | "call" }): void {
  server.route<{ Params: { sessionId: string } }>({
    method: "GET",
    url,
    // A 429 would be invisible to a browser here; sockets have a limit of their own.
    config: { rateLimit: false, socketFrom: "our-pages" },
    handler: async () => {
      throw new ApiError("bad-request", "This is a WebSocket: connect with an upgrade.");
    },
    wsHandler: async (client, upgrade) => {
      const request = upgrade as FastifyRequest; // its generics differ, the request is the same
      const { sessionId } = upgrade.params;
      const credentials = { sessionId, ...offeredCredentials(request) };
      await enterRoom(door, { client, kind, request, credentials });
    },
  });
}
