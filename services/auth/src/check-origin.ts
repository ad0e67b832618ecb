import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Server } from "@greenroom/shared/node/server.ts";

/**
 * Refuses what another site's page sends to change something here. The cookies are SameSite=Strict already; this holds
 * where a browser's idea of "site" is wider than ours (another port or subdomain), and for log-in, which needs no cookie.
 */
export function checkOrigin(server: Server, publicUrl: string): void {
  const own = new URL(publicUrl).origin;
  server.addHook("onRequest", async (request) => {
    const { origin } = request.headers;
    if (request.method !== "GET" && origin !== undefined && origin !== own)
      throw new ApiError(
        "wrong-address",
        `Greenroom's own address is ${own}, and this page came from another one. Open it there. Whoever runs this server sets the address as PUBLIC_URL.`,
      );
  });
}
