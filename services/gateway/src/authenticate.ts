import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import { ApiError } from "@greenroom/shared/api/error.ts";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import { readOffer } from "@greenroom/shared/node/bearer-socket.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import type { FastifyRequest } from "fastify";

export type Authentication =
  | { ok: true; claims: AccessClaims; accessToken: string }
  | { ok: false; reason: CloseReason };

/**
 * Which offered subprotocol is chosen. One that we do not speak is chosen all the same, because a browser shows no
 * close code of a socket whose subprotocol was not: the socket closes with "bad-protocol" right after. Never the
 * access token, which would come back in a header.
 */
export function chooseSubprotocol(offered: Iterable<string>): string | false {
  const named = [...offered].filter((name) => !name.startsWith(accessTokenPrefix));
  return named.includes(subprotocol) ? subprotocol : (named[0] ?? false);
}

/** What whoever opens a room's socket shows at the door. */
export interface Credentials {
  readonly sessionId: string;
  /** Whether they speak this version of the protocol. */
  readonly speaksOurs: boolean;
  readonly accessToken: string | undefined;
}

/** Of a WebSocket: its subprotocols say it. [T1] */
export function offeredCredentials(request: FastifyRequest): Omit<Credentials, "sessionId"> {
  return readOffer(request.headers["sec-websocket-protocol"]);
}

/** Of an HTTP request: the token in its head. [T8] */
export function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
}

/** Who opens the socket of this session, or why it closes. */
export async function authenticate(
  verifyAccessToken: VerifyAccessToken,
  { sessionId, speaksOurs, accessToken }: Credentials,
): Promise<Authentication> {
  if (!speaksOurs) return { ok: false, reason: "bad-protocol" };
  if (!accessToken) return { ok: false, reason: "unauthenticated" };
  try {
    const claims = await verifyAccessToken(accessToken);
    if (claims.kind === "guest" && claims.sessionId !== sessionId) return { ok: false, reason: "forbidden" };
    return { ok: true, claims, accessToken };
  } catch (error) {
    if (error instanceof ApiError && error.code === "unauthenticated") return { ok: false, reason: "unauthenticated" };
    // Not the bearer's fault (the auth service is away, say): whoever comes again later is let in.
    return { ok: false, reason: "internal-error" };
  }
}
