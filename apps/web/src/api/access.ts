import type { ErrorCode } from "@greenroom/shared/api/route.ts";

/** A short-lived access token, kept in memory only. */
export interface Access {
  readonly accessToken: string;
  /** From then on a new one is fetched, some time before it expires; by this machine's clock, in milliseconds. */
  readonly renewAt: number;
}

/** Where access tokens come from: a user's or a guest's cookie. */
export interface AccessSource {
  /** A token with some life left; `fresh` asks for a new one. Rejects with AccessLost when there will be none. */
  readonly get: (options?: { fresh?: boolean }) => Promise<Access>;
}

/** The cookie is gone or lets nobody in any more: only the person can mend that. */
export class AccessLost extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, options?: { cause?: unknown }) {
    super(`There is no access any more: ${code}.`, options);
    this.name = "AccessLost";
    this.code = code;
  }
}

/** Tokens are renewed this long before they expire, in milliseconds; those with a short life in its last third. */
const renewBeforeMs = 60_000;

/** Counts a token's life from its arrival, because this machine's clock may be wrong. */
export function receivedAccess(accessToken: string, expiresAt: number): Access {
  const now = Date.now();
  const life = lifeOf(accessToken) ?? expiresAt - now;
  return { accessToken, renewAt: now + life - Math.min(renewBeforeMs, life / 3) };
}

function lifeOf(accessToken: string): number | undefined {
  try {
    const payload = accessToken.split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof claims !== "object" || claims === null || !("iat" in claims) || !("exp" in claims)) return undefined;
    return (Number(claims.exp) - Number(claims.iat)) * 1000;
  } catch {
    return undefined;
  }
}
