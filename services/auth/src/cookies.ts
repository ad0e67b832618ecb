import type { FastifyReply, FastifyRequest } from "fastify";

/** The refresh cookie of a user's log-in. */
export const userCookie = "greenroom_refresh";

/** The refresh cookie of a guest in one session: one browser can be a guest in several. */
export function guestCookie(sessionId: string): string {
  return `greenroom_guest_${sessionId.toLowerCase()}`;
}

/** The cookies that refresh tokens travel in: out of reach of scripts, of other sites and of other services. */
export interface Cookies {
  read(request: FastifyRequest, name: string): string | undefined;
  /** @param expiresAt milliseconds since the epoch */
  set(reply: FastifyReply, name: string, cookie: { value: string; expiresAt: number }): void;
  clear(reply: FastifyReply, name: string): void;
}

export function createCookies(publicUrl: string): Cookies {
  const options = {
    httpOnly: true,
    sameSite: "strict",
    path: "/api/auth",
    // Over plain HTTP, on a company's own network, browsers would drop a Secure cookie.
    secure: new URL(publicUrl).protocol === "https:",
  } as const;
  return {
    read: (request, name) => request.cookies[name],
    set: (reply, name, { value, expiresAt }) =>
      void reply.setCookie(name, value, { ...options, expires: new Date(expiresAt) }),
    clear: (reply, name) => void reply.clearCookie(name, options),
  };
}
