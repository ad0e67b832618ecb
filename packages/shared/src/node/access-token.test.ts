import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import jwt from "jsonwebtoken";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { accessTokenAudience, accessTokenIssuer } from "../api/access.ts";
import { createAccessTokenVerifier, type VerifyAccessToken } from "./access-token.ts";

const ours = generateKeyPairSync("ec", { namedCurve: "P-256" });
const theirs = generateKeyPairSync("ec", { namedCurve: "P-256" });
const claims = { kind: "user", sub: randomUUID(), name: "Ada", role: "member" };

let server: Server;
let asked = 0;
let status = 200;
let verify: VerifyAccessToken;
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/auth/keys`; // it listens on TCP

beforeAll(async () => {
  const keys = [{ ...ours.publicKey.export({ format: "jwk" }), kid: "ours", alg: "ES256", use: "sig" }];
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { keys } : { code: "internal-error", message: "Ill." }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = 0;
  status = 200;
  verify = createAccessTokenVerifier(url());
});

function token(options: jwt.SignOptions & { payload?: object; key?: KeyObject; kid?: string } = {}): string {
  const { payload = claims, key = ours.privateKey, kid = "ours", ...rest } = options;
  const usual = {
    algorithm: "ES256",
    issuer: accessTokenIssuer,
    audience: accessTokenAudience,
    expiresIn: 60,
  } as const;
  return jwt.sign(payload, key, { ...usual, keyid: kid, ...rest });
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

it("says who bears a good token, and fetches the keys once for many", async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => verify(token())));
  for (const answer of answers) expect(answer).toMatchObject(claims);
  expect(asked).toBe(1);
});

it("refuses every token that is not ours or not good any more", async () => {
  const [header = "", payload = "", signature = ""] = token().split(".");
  const pem = createPublicKey(ours.privateKey).export({ type: "spki", format: "pem" }).toString();
  const confused = `${part({ alg: "HS256", typ: "JWT", kid: "ours" })}.${payload}`;
  const bad: Record<string, string> = {
    expired: token({ expiresIn: -1 }),
    "not yet": token({ notBefore: 60 }),
    forged: token({ key: theirs.privateKey }),
    "of another issuer": token({ issuer: "somebody" }),
    "for another audience": token({ audience: "somebody" }),
    unsigned: `${part({ alg: "none", typ: "JWT", kid: "ours" })}.${payload}.`,
    "signed with the public key as secret": `${confused}.${createHmac("sha256", pem).update(confused).digest("base64url")}`,
    "of another payload": `${header}.${part({ ...claims, role: "admin", exp: 2e9 })}.${signature}`,
    "without a key": token({ kid: "" }),
    "of an unknown key": token({ kid: "unknown" }),
    "of unknown claims": token({ payload: { kind: "user", sub: claims.sub } }),
    "of an unknown role": token({ payload: { ...claims, role: "owner" } }),
    "without a payload": `${header}.eA.${signature}`,
    empty: "",
    "one word": "x",
    "three words": "a.b.c",
    "half a header": `${header.slice(0, 20)}.${payload}.${signature}`,
  };
  for (const [name, each] of Object.entries(bad))
    await expect(verify(each), name).rejects.toMatchObject({ name: "ApiError", code: "unauthenticated" });
});

it("remembers that a token was good, and refuses it once it has expired", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const good = token({ expiresIn: 60 });
    const said = await verify(good);
    expect(await verify(good)).toBe(said);
    vi.setSystemTime(Date.now() + 59_000);
    expect(await verify(good)).toBe(said);
    vi.setSystemTime(Date.now() + 2_000);
    await expect(verify(good)).rejects.toMatchObject({ code: "unauthenticated" });
  } finally {
    vi.useRealTimers();
  }
});

it("forgets what it knew of tokens when it has asked for the keys again", async () => {
  const good = token();
  const said = await verify(good);
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    vi.setSystemTime(Date.now() + 3_000);
    await expect(verify(token({ kid: "unknown" }))).rejects.toThrow();
    expect(await verify(good)).not.toBe(said);
  } finally {
    vi.useRealTimers();
  }
});

it("a token without an expiry is refused", async () => {
  const options = {
    algorithm: "ES256",
    issuer: accessTokenIssuer,
    audience: accessTokenAudience,
    keyid: "ours",
  } as const;
  await expect(verify(jwt.sign(claims, ours.privateKey, options))).rejects.toMatchObject({ code: "unauthenticated" });
});

it("asks again for keys it does not know, but not for each of a flood", async () => {
  await verify(token());
  const flood = Array.from({ length: 50 }, (_, index) =>
    verify(token({ kid: `unknown ${index}` })).catch(() => "refused"),
  );
  expect(new Set(await Promise.all(flood))).toEqual(new Set(["refused"]));
  expect(asked).toBeLessThanOrEqual(2);
  expect(await verify(token())).toMatchObject(claims);
});

it("says that it cannot tell while the auth service is ill or gone, and recovers", async () => {
  status = 500;
  const flood = Array.from({ length: 20 }, () => verify(token()).catch((error: { code: string }) => error.code));
  expect(new Set(await Promise.all(flood))).toEqual(new Set(["unavailable"]));
  expect(asked).toBe(1);
  status = 200;
  expect(await verify(token())).toMatchObject(claims);
  const gone = createAccessTokenVerifier("http://127.0.0.1:1/keys");
  await expect(gone(token())).rejects.toMatchObject({ code: "unavailable" });
});
