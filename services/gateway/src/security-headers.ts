import helmet from "@fastify/helmet";
import type { Server } from "@greenroom/shared/node/server.ts";

/** Half a year, in seconds. */
const hstsMaxAge = 180 * 24 * 60 * 60;

/** What browsers may do with our pages. Nothing comes from elsewhere, and nobody frames us. */
export async function addSecurityHeaders(server: Server, publicUrl: string): Promise<void> {
  const { protocol, host } = new URL(publicUrl);
  const secure = protocol === "https:";
  await server.register(helmet, {
    contentSecurityPolicy: {
      // Helmet's own defaults would upgrade requests to https, which breaks a trial on plain http.
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Monaco writes style attributes and style elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        workerSrc: ["'self'", "blob:"],
        fontSrc: ["'self'", "data:"],
        imgSrc: ["'self'", "data:", "blob:"],
        mediaSrc: ["'self'", "blob:"],
        // 'self' alone covers no WebSocket in older Safari.
        connectSrc: ["'self'", `${secure ? "wss" : "ws"}://${host}`],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    hsts: secure ? { maxAge: hstsMaxAge } : false,
    // Invite links carry their secret in the path: no other site learns where a visitor came from.
    referrerPolicy: { policy: "no-referrer" },
    crossOriginOpenerPolicy: { policy: "same-origin" },
    frameguard: { action: "deny" },
  });
  server.addHook("onRequest", async (_request, reply) => {
    void reply.header("permissions-policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()");
  });
}
