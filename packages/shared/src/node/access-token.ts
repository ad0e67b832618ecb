import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";
import { Compile } from "typebox/compile";
import { AccessClaims, accessTokenAudience, accessTokenIssuer } from "../api/access.ts";
import { ApiError } from "../api/error.ts";

const claimsValidator = Compile(AccessClaims);

/** Answers who bears a token, or throws ApiError "unauthenticated". */
export type VerifyAccessToken = (token: string) => Promise<AccessClaims>;

/** Tokens that are remembered to be good, with what they say: to verify one takes a third of a millisecond. */
const rememberedAtMost = 2_000;

/** An unknown key id asks the auth service again, but not more often than this. */
const refetchAfterMs = 2_000;

/**
 * Verifies access tokens with the public keys of the auth service, fetched when first needed and again when a token
 * names a key not known yet. No header is believed, and no service can sign.
 */
export function createAccessTokenVerifier(keysUrl: string): VerifyAccessToken {
  let keys = new Map<string, KeyObject>();
  let fetchedAt = 0;
  let fetching: Promise<void> | undefined;
  /** The newest last. */
  const verified = new Map<string, AccessClaims>();

  async function refetch(): Promise<void> {
    keys = await fetchKeys(keysUrl);
    fetchedAt = Date.now();
    // A key that is no longer there is believed no longer.
    verified.clear();
  }

  async function keyFor(id: string): Promise<KeyObject | undefined> {
    if (!keys.has(id) && Date.now() - fetchedAt > refetchAfterMs) {
      // However many ask at once, the auth service is asked once.
      fetching ??= refetch().finally(() => {
        fetching = undefined;
      });
      await fetching;
    }
    return keys.get(id);
  }

  function remember(token: string, claims: AccessClaims): AccessClaims {
    verified.set(token, claims);
    const [oldest] = verified.keys();
    if (verified.size > rememberedAtMost && oldest !== undefined) verified.delete(oldest);
    return claims;
  }

  return async (token) => {
    const known = verified.get(token);
    if (known && known.exp * 1000 > Date.now()) return known;
    const id = keyIdOf(token);
    const key = id === undefined ? undefined : await keyFor(id);
    if (!key) throw new ApiError("unauthenticated", "The access token is not one of ours.");
    return remember(token, verifyClaims(token, key));
  };
}

/** Which key a token names. Decoding throws for some of what is no token. */
function keyIdOf(token: string): string | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header.kid;
  } catch {
    return undefined;
  }
}

/** What a token says, or ApiError "unauthenticated". Only the auth service, which has the key at hand, calls it directly. */
export function verifyClaims(token: string, key: KeyObject): AccessClaims {
  let claims: unknown;
  try {
    claims = jwt.verify(token, key, {
      algorithms: ["ES256"],
      issuer: accessTokenIssuer,
      audience: accessTokenAudience,
    });
  } catch (cause) {
    throw new ApiError("unauthenticated", "The access token is forged or has expired.", { cause });
  }
  if (!claimsValidator.Check(claims)) throw new ApiError("unauthenticated", "The access token says nothing we know.");
  return claims;
}

async function fetchKeys(url: string): Promise<Map<string, KeyObject>> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch((cause: unknown) => {
    throw new ApiError("unavailable", "Access tokens cannot be checked: the auth service does not answer.", { cause });
  });
  if (!answer.ok) throw new ApiError("unavailable", "Access tokens cannot be checked: the auth service is not well.");
  // Our own auth service's JWK set, whose shape its tests hold.
  const { keys } = (await answer.json()) as { keys: (JsonWebKey & { kid: string })[] };
  return new Map(keys.map((key) => [key.kid, createPublicKey({ key, format: "jwk" })]));
}
