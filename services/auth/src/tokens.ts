import { createHash, createHmac, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";
import { type AccessClaims, accessTokenAudience, accessTokenIssuer } from "@greenroom/shared/api/access.ts";
import { verifyClaims, type VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import jwt from "jsonwebtoken";

/** A JSON Web Key (RFC 7517) that says how it is to be used. */
export type PublicKey = Record<string, unknown> & { readonly kid: string };

type ClaimsToSign = AccessClaims extends infer C ? (C extends AccessClaims ? Omit<C, "exp"> : never) : never;

export interface AccessToken {
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Everything that is done with the one private key. */
export interface Tokens {
  /** @param expiresBefore milliseconds since the epoch which the token must not outlive */
  sign(claims: ClaimsToSign, options: { now: number; expiresBefore?: number }): AccessToken;
  readonly verify: VerifyAccessToken;
  /** A JWS over what is said of a record; it has no audience and no end, and lets nobody in. */
  signRecord(record: Readonly<Record<string, string | number>>): string;
  readonly publicKey: PublicKey;
  /** The one refresh token that may follow a refresh token: asking twice gives the same, and nobody else can tell it. */
  successorOf(refreshToken: string): string;
}

/** @param signingKey PEM, PKCS #8, P-256; its line ends may be written as \n */
export function createTokens(signingKey: string, lifeSeconds: number): Tokens {
  const privateKey = readSigningKey(signingKey);
  const key = createPublicKey(privateKey);
  const publicKey = describeKey(key);
  const rotationKey = Buffer.from(
    hkdfSync("sha256", privateKey.export({ format: "der", type: "pkcs8" }), "", "refresh token rotation", 32),
  );
  return {
    sign: (claims, { now, expiresBefore = Infinity }) => {
      // Rounded down: a token may end a moment early, never late.
      const exp = Math.floor(Math.min(now + lifeSeconds * 1000, expiresBefore) / 1000);
      const accessToken = jwt.sign({ ...claims, iat: Math.floor(now / 1000), exp }, privateKey, {
        algorithm: "ES256",
        keyid: publicKey.kid,
        issuer: accessTokenIssuer,
        audience: accessTokenAudience,
      });
      return { accessToken, expiresAt: exp * 1000 };
    },
    signRecord: (record) =>
      jwt.sign(record, privateKey, {
        algorithm: "ES256",
        keyid: publicKey.kid,
        noTimestamp: true,
        header: { alg: "ES256", typ: "greenroom-record+jws" },
      }),
    verify: async (token) => verifyClaims(token, key),
    publicKey,
    successorOf: (refreshToken) => createHmac("sha256", rotationKey).update(refreshToken).digest("base64url"),
  };
}

function readSigningKey(pem: string): KeyObject {
  const key = createPrivateKey(pem.replaceAll("\\n", "\n"));
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new Error("SIGNING_KEY: not an elliptic key on the curve P-256 (prime256v1).");
  return key;
}

/** The key id is its thumbprint (RFC 7638), so that it never has to be configured. */
function describeKey(key: KeyObject): PublicKey {
  const { crv, kty, x, y } = key.export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  return { kty, crv, x, y, kid, alg: "ES256", use: "sig" };
}
