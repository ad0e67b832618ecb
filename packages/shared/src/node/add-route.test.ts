import { randomUUID } from "node:crypto";
import { Type } from "typebox";
import { expect, it } from "vitest";
import type { AccessClaims } from "../api/access.ts";
import { ApiError } from "../api/error.ts";
import { defineRoute, type Route } from "../api/route.ts";
import { addRoute, type RouteGuards } from "./add-route.ts";
import { createLogger } from "./logger.ts";
import { createServer, type Server } from "./server.ts";

const logger = createLogger("test", "silent");
const id = randomUUID();
const exp = 2_000_000_000;
const bearers: Record<string, AccessClaims> = {
  member: { kind: "user", sub: id, name: "Ada", role: "member", exp },
  admin: { kind: "user", sub: id, name: "Root", role: "admin", exp },
  guest: { kind: "guest", sub: id, name: "Bo", sessionId: id, inviteId: id, role: "candidate", exp },
};
const guards: RouteGuards = {
  serviceSecret: "the secret of services",
  verifyAccessToken: async (token) => {
    const claims = bearers[token];
    if (!claims) throw new ApiError("unauthenticated", "No.");
    return claims;
  },
};

function serverWith(...routes: Route[]): Server {
  const server = createServer({ logger, ready: async () => undefined });
  for (const route of routes)
    addRoute(server, guards, route, async ({ params, query, body, claims }) => ({ params, query, body, claims }));
  return server;
}

const open = (access: Route["access"]): Route =>
  defineRoute({ method: "GET", path: `/${access}`, summary: "", access, response: Type.Unknown(), errors: [] });

it("lets in whom the route names, and nobody else", async () => {
  const accesses = ["public", "user", "admin", "guest", "any", "service"] as const;
  const server = serverWith(...accesses.map((access) => open(access)));
  const expected: Record<string, number[]> = {
    "": [200, 401, 401, 401, 401, 401],
    "Bearer member": [200, 200, 403, 403, 200, 401],
    "Bearer admin": [200, 200, 200, 403, 200, 401],
    "Bearer guest": [200, 403, 403, 200, 200, 401],
    "Bearer nobody": [200, 401, 401, 401, 401, 401],
    "bearer member": [200, 401, 401, 401, 401, 401],
    "Service the secret of services": [200, 401, 401, 401, 401, 200],
    "Service the secret of Services": [200, 401, 401, 401, 401, 401],
    "Service ": [200, 401, 401, 401, 401, 401],
  };
  for (const [authorization, statuses] of Object.entries(expected)) {
    const headers = authorization ? { authorization } : {};
    const answers = await Promise.all(accesses.map((access) => server.inject({ url: `/${access}`, headers })));
    expect(
      answers.map(({ statusCode }) => statusCode),
      authorization,
    ).toEqual(statuses);
  }
});

it("without a secret no service is let in, whatever it says", async () => {
  const server = createServer({ logger, ready: async () => undefined });
  addRoute(server, { verifyAccessToken: guards.verifyAccessToken }, open("service"), async () => null);
  for (const authorization of ["Service ", "Service undefined", "Service"])
    expect((await server.inject({ url: "/service", headers: { authorization } })).statusCode).toBe(401);
});

const echo = defineRoute({
  method: "POST",
  path: "/echo/:sessionId",
  summary: "",
  access: "public",
  params: Type.Object({ sessionId: Type.String({ format: "uuid" }) }),
  query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, default: 50 })) }),
  body: Type.Object({ title: Type.String({ minLength: 1 }), deep: Type.Object({ list: Type.Array(Type.Number()) }) }),
  response: Type.Unknown(),
  errors: [],
});

it("hands on what was sent, converted and with its defaults", async () => {
  const payload = { title: "x", deep: { list: [1] } };
  const server = serverWith(echo);
  const answer = await server.inject({ method: "POST", url: `/echo/${id}?limit=7`, payload });
  expect(answer.json()).toMatchObject({ params: { sessionId: id }, query: { limit: 7 }, body: payload });
  const usual = await server.inject({ method: "POST", url: `/echo/${id}`, payload });
  expect(usual.json()).toMatchObject({ query: { limit: 50 } });
});

it("says where what was sent is not what the route takes", async () => {
  const server = serverWith(echo);
  const payload = { title: "x", deep: { list: [1] } };
  const attempts: [string, string, unknown][] = [
    ["sessionId", "/echo/1", payload],
    ["limit", `/echo/${id}?limit=0`, payload],
    ["limit", `/echo/${id}?limit=many`, payload],
    ["title", `/echo/${id}`, { ...payload, title: "" }],
    ["title", `/echo/${id}`, { deep: { list: [] } }],
    ["deep.list.0", `/echo/${id}`, { ...payload, deep: { list: ["x"] } }],
  ];
  for (const [where, url, body] of attempts) {
    const answer = await server.inject({ method: "POST", url, payload: body as object }); // a test's nonsense
    expect(answer.statusCode, `${where} of ${url}`).toBe(400);
    expect(answer.json()).toMatchObject({ code: "bad-request" });
    expect(answer.json<{ message: string }>().message).toContain(where);
  }
  const broken = await server.inject({
    method: "POST",
    url: `/echo/${id}`,
    headers: { "content-type": "application/json" },
    payload: "{",
  });
  expect(broken.json()).toMatchObject({ code: "bad-request" });
  const deep = await server.inject({
    method: "POST",
    url: `/echo/${id}`,
    headers: { "content-type": "application/json" },
    payload: `{"text":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
  });
  expect(deep.json()).toMatchObject({ code: "bad-request" });
});

it("turns errors into answers, and says nothing of those that are ours", async () => {
  const server = createServer({ logger, ready: async () => Promise.reject(new Error("no database")), bodyLimit: 100 });
  const failures: Record<string, Error> = {
    known: new ApiError("rate-limited", "Slow down.", { retryAfterMs: 1_500 }),
    unknown: new Error("the password is hunter2"),
  };
  for (const [name, error] of Object.entries(failures))
    addRoute(server, guards, { ...open("public"), path: `/${name}` }, async () => Promise.reject(error));
  addRoute(server, guards, { ...open("public"), path: "/null" }, async () => null);
  const limited = await server.inject("/known");
  expect([limited.statusCode, limited.headers["retry-after"]]).toEqual([429, "2"]);
  expect(limited.json()).toEqual({ code: "rate-limited", message: "Slow down.", retryAfterMs: 1_500 });
  const failed = await server.inject("/unknown");
  expect(failed.statusCode).toBe(500);
  expect(failed.body).not.toContain("hunter2");
  expect((await server.inject("/null")).body).toBe("null");
  expect((await server.inject("/nowhere")).json()).toMatchObject({ code: "not-found" });
  const large = await server.inject({ method: "POST", url: "/null", payload: { text: "x".repeat(200) } });
  expect([large.statusCode, large.json<{ code: string }>().code]).toEqual([413, "too-large"]);
  expect((await server.inject("/readyz")).json()).toMatchObject({ reason: "no database" });
  expect((await server.inject("/healthz")).statusCode).toBe(200);
});
