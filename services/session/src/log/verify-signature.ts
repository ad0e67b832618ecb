import { createPublicKey, verify } from "node:crypto";
import type { internalSignRecord } from "@greenroom/shared/api/service-routes.ts";
import type { BodyOf } from "@greenroom/shared/api/route.ts";

/**
 * What a record's signature says, once it is found to be by one of these keys (RFC 7517). Throws when it is by none. [L7]
 */
export async function verifySignature(
  signature: string,
  keySet: { readonly keys: readonly object[] },
): Promise<BodyOf<typeof internalSignRecord>> {
  const [header = "", payload = "", bytes = ""] = signature.split(".");
  const { kid, alg } = parse(header) as { kid?: string; alg?: string }; // looked at below
  const jwk = keySet.keys.find((key) => "kid" in key && key.kid === kid);
  if (!jwk || alg !== "ES256") throw new Error("The record is signed by a key that is not known.");
  // JWS has the two numbers of an ECDSA signature side by side (RFC 7518 3.4).
  const key = { key: createPublicKey({ key: { ...jwk }, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  if (!verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(bytes, "base64url")))
    throw new Error("The record's signature does not hold.");
  return parse(payload) as BodyOf<typeof internalSignRecord>; // what the auth service signed
}

const parse = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
