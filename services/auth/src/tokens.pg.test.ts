import { createPublicKey, type JsonWebKey } from "node:crypto";
import { accessTokenAudience, accessTokenIssuer } from "@greenroom/shared/api/access.ts";
import { getKeys, getMe, type SignedIn } from "@greenroom/shared/api/auth-routes.ts";
import { createAccessTokenVerifier, type VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import jwt, { type SignOptions } from "jsonwebtoken";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newSigningKey, startAuth, type TestAuth } from "../test/start-auth.ts";
import { createTokens } from "./tokens.ts";

let auth: TestAuth;
let verify: VerifyAccessToken;
let ada: SignedIn;
const refused = { code: "unauthenticated" };

beforeEach(async () => {
  auth = await startAuth();
  // As every other service does it.
  verify = createAccessTokenVerifier(auth.url + getKeys.path);
  ada = (await auth.registerAdmin()).signedIn;
});
afterEach(() => auth.close());

/** Refused by the other services' verifier and by the auth service itself. */
async function expectRefused(accessToken: string): Promise<void> {
  await expect(verify(accessToken)).rejects.toMatchObject(refused);
  expect(await auth.browser().refusal(getMe, { accessToken })).toMatchObject(refused);
}

function claims(): Record<string, unknown> {
  return { kind: "user", sub: ada.user.userId, name: "Ada", role: "admin", exp: Math.floor(Date.now() / 1000) + 600 };
}

const ours = { issuer: accessTokenIssuer, audience: accessTokenAudience };

it("is verified by every service with the keys that the route gives, and ends after ten minutes", async () => {
  const said = await verify(ada.accessToken);
  expect(said).toMatchObject({ kind: "user", sub: ada.user.userId, name: "Ada", role: "admin" });
  expect(said.exp * 1000).toBe(ada.expiresAt);
  expect(Math.abs(ada.expiresAt - Date.now() - 600_000)).toBeLessThan(10_000);
});

it("publishes the public half of the key alone, named by its thumbprint", async () => {
  const { keys } = await auth.browser().call(getKeys);
  expect(keys).toEqual([
    {
      kty: "EC",
      crv: "P-256",
      alg: "ES256",
      use: "sig",
      kid: jwt.decode(ada.accessToken, { complete: true })?.header.kid,
      x: expect.stringMatching(/^[\w-]{43}$/),
      y: expect.stringMatching(/^[\w-]{43}$/),
    },
  ]);
});

it("is refused once it has expired", async () => {
  const now = Date.now() - 601_000;
  const { accessToken } = auth.tokens.sign({ kind: "user", sub: ada.user.userId, name: "Ada", role: "admin" }, { now });
  await expectRefused(accessToken);
});

it("is refused when another key signed it, though it bears our key's name", async () => {
  const { accessToken } = createTokens(newSigningKey(), 600).sign(
    { kind: "user", sub: ada.user.userId, name: "Ada", role: "admin" },
    { now: Date.now() },
  );
  await expectRefused(accessToken);
  const options: SignOptions = { ...ours, algorithm: "ES256", keyid: auth.tokens.publicKey.kid };
  await expectRefused(jwt.sign(claims(), newSigningKey(), options));
});

it("is refused when its claims were changed", async () => {
  const [header, payload = "", signature] = ada.accessToken.split(".");
  const said = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...said, name: "Eve" })).toString("base64url");
  await expectRefused([header, changed, signature].join("."));
});

it("is refused unsigned (alg none)", async () => {
  const options: SignOptions = { ...ours, algorithm: "none", keyid: auth.tokens.publicKey.kid };
  await expectRefused(jwt.sign(claims(), "", options));
});

it("is refused when it is signed with the public key as a shared secret (HS256)", async () => {
  const key = createPublicKey({ key: auth.tokens.publicKey as unknown as JsonWebKey, format: "jwk" });
  const pem = key.export({ type: "spki", format: "pem" });
  const options: SignOptions = { ...ours, algorithm: "HS256", keyid: auth.tokens.publicKey.kid };
  // The library itself would not sign so; a forger's would.
  const forged = jwt.sign(claims(), Buffer.from(pem), { ...options, allowInvalidAsymmetricKeyTypes: true });
  await expectRefused(forged);
});

it("is refused with another issuer or audience, and as no token at all", async () => {
  const key = newSigningKey();
  const tokens = createTokens(key, 600);
  // With our own key: only what it says is wrong.
  const sign = (options: SignOptions) => jwt.sign(claims(), key, { ...ours, algorithm: "ES256", ...options });
  const { kid } = tokens.publicKey;
  await expect(tokens.verify(sign({ keyid: kid }))).resolves.toMatchObject({ kind: "user" });
  await expect(tokens.verify(sign({ keyid: kid, issuer: "somebody" }))).rejects.toMatchObject(refused);
  await expect(tokens.verify(sign({ keyid: kid, audience: "somewhere" }))).rejects.toMatchObject(refused);
  await expectRefused("nonsense");
});

it("needs a private key on P-256, and takes its line ends as \\n too", () => {
  const pem = newSigningKey();
  expect(createTokens(pem.replaceAll("\n", "\\n"), 600).publicKey).toEqual(createTokens(pem, 600).publicKey);
  expect(() => createTokens(newSigningKey("P-384"), 600)).toThrow("SIGNING_KEY");
  expect(() => createTokens("nonsense", 600)).toThrow();
});
