import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { accessTokenAudience, accessTokenIssuer } from "../api/access.ts";

const keyId = randomUUID();

/** A signing key as the auth service has one: tokens by it, and the key set that verifies them. */
export class TokenMaker {
  readonly keySet: { keys: object[] };
  readonly #privateKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    // Every maker uses one key id, so that a forger's token names a key that exists.
    this.keySet = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: keyId, alg: "ES256", use: "sig" }] };
  }

  /** An access token of a user, ten minutes long unless the claims say otherwise; so is a guest's. */
  user(claims: object = {}): string {
    return this.#token({ kind: "user", sub: randomUUID(), name: "Ada", role: "member", ...claims });
  }

  guest(sessionId: string, claims: object = {}): string {
    const guest = { kind: "guest", sub: randomUUID(), name: "Bo", sessionId, inviteId: randomUUID() };
    return this.#token({ ...guest, role: "candidate", ...claims });
  }

  /** Signs whatever it is given. */
  jws(payload: object): string {
    const signed = [{ alg: "ES256", typ: "JWT", kid: keyId }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    // JWS wants the two numbers of an ECDSA signature side by side (RFC 7518 3.4).
    const signature = sign("sha256", Buffer.from(signed), { key: this.#privateKey, dsaEncoding: "ieee-p1363" });
    return `${signed}.${signature.toString("base64url")}`;
  }

  #token(claims: object): string {
    const now = Math.floor(Date.now() / 1000);
    return this.jws({ iss: accessTokenIssuer, aud: accessTokenAudience, iat: now, exp: now + 600, ...claims });
  }
}
