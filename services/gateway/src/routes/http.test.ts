import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { Door } from "../testing/door.ts";
import type { ServiceOptions } from "../testing/service.ts";

// No Redis runs in these tests: the door must stand open without it.

let door: Door;
afterEach(() => door.close());

/** Answers with what arrived. */
const mirror: ServiceOptions = {
  onRequest: (incoming, response) => {
    void buffer(incoming).then((body) => {
      response.writeHead(201, {
        "set-cookie": ["a=1; HttpOnly", "b=2"],
        "x-own": "kept",
        connection: "x-hop",
        "x-hop": "1",
      });
      response.end(
        JSON.stringify({
          method: incoming.method,
          url: incoming.url,
          headers: incoming.headers,
          body: body.toString(),
        }),
      );
    });
  },
};

it("passes method, path, query, body and cookies to the service and its answer back", async () => {
  door = await Door.create({ auth: mirror });
  const answer = await fetch(`${door.url}/api/auth/login?next=%2Fa&x=1`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: "refresh=1", authorization: "Bearer t" },
    body: '{"email": "é@x"}',
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.getSetCookie()).toEqual(["a=1; HttpOnly", "b=2"]);
  expect(answer.headers.get("x-own")).toBe("kept");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.json()).toMatchObject({
    method: "POST",
    url: "/api/auth/login?next=%2Fa&x=1",
    headers: { cookie: "refresh=1", authorization: "Bearer t", "content-type": "application/json" },
    body: '{"email": "é@x"}',
  });
});

it("sends each prefix to its own service, with every method and also where no route is documented", async () => {
  door = await Door.create({ session: mirror, auth: mirror });
  for (const method of ["GET", "PATCH", "DELETE", "PUT"]) {
    const answer = await fetch(`${door.url}/api/sessions/1/new-thing`, { method });
    expect(await answer.json()).toMatchObject({ method, url: "/api/sessions/1/new-thing" });
  }
  expect((await fetch(`${door.url}/api/sessions`)).status).toBe(201);
  expect((await fetch(`${door.url}/api/auth/me`)).status).toBe(201);
});

it("says where a request came from itself, and believes nobody else about it", async () => {
  door = await Door.create({ auth: mirror });
  const headers = {
    "x-forwarded-for": "6.6.6.6",
    "x-forwarded-host": "evil",
    "x-forwarded-port": "1",
    "x-real-ip": "6.6.6.6",
    forwarded: "for=6",
  };
  const seen = await headersBehind(door, headers);
  expect(seen).toMatchObject({
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "http",
    "x-forwarded-host": new URL(door.url).host,
  });
  for (const name of ["x-forwarded-port", "x-real-ip", "forwarded"]) expect(seen).not.toHaveProperty(name);
});

it("believes the proxy that the setting names", async () => {
  door = await Door.create({ auth: mirror, config: { TRUST_PROXY: "loopback" } });
  const headers = {
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "room.example",
  };
  expect(await headersBehind(door, headers)).toMatchObject(headers);
});

it("ends hop-by-hop headers at the door, in both directions", async () => {
  door = await Door.create({ auth: mirror });
  const outgoing = request(`${door.url}/api/auth/setup`, {
    headers: {
      connection: "keep-alive, x-secret",
      "x-secret": "1",
      te: "trailers",
      "proxy-authorization": "x",
      expect: "100-continue",
    },
  }).end();
  // The one argument of "response" is the answer.
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const { headers } = JSON.parse(await text(answer));
  for (const name of ["x-secret", "te", "proxy-authorization", "expect"]) expect(headers).not.toHaveProperty(name);
  expect(answer.headers.connection).not.toBe("x-hop");
});

it("answers 413 to a body over two megabytes, announced or not, before any service sees it", async () => {
  let seen = 0;
  door = await Door.create({ session: { onRequest: (_request, response) => response.end(String(seen++)) } });
  const post = (body: RequestInit) => fetch(`${door.url}/api/sessions`, { method: "POST", ...body });
  const big = await post({ body: "x".repeat(2 * 1024 * 1024 + 1) });
  expect([big.status, await big.json()]).toMatchObject([413, { code: "too-large" }]);

  const chunked = request(`${door.url}/api/sessions`, { method: "POST", headers: { "content-type": "text/plain" } });
  chunked.on("error", () => {});
  for (let sent = 0; sent < 3; sent++) chunked.write("x".repeat(1024 * 1024));
  chunked.end();
  // The one argument of "response" is the answer.
  const [answer] = (await once(chunked, "response")) as [IncomingMessage];
  expect(answer.statusCode).toBe(413);
  expect(seen).toBe(0);
  expect((await post({ body: "x".repeat(2 * 1024 * 1024) })).status).toBe(200);
});

it("answers unavailable when the service is down, silent or breaks off", async () => {
  door = await Door.create({
    auth: { onRequest: (incoming) => incoming.socket.destroy() },
    session: { onRequest: () => {} },
    config: { UPSTREAM_TIMEOUT_MS: "300" },
  });
  const outcome = async (path: string) => {
    const answer = await fetch(door.url + path);
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  expect(await outcome("/api/auth/me")).toEqual([503, "unavailable"]);
  expect(await outcome("/api/sessions")).toEqual([503, "unavailable"]);
  await door.auth.kill();
  expect(await outcome("/api/auth/me")).toEqual([503, "unavailable"]);
});

it("passes a service's own 503 on at once and asks it only once", async () => {
  let asked = 0;
  door = await Door.create({
    auth: {
      onRequest: (_request, response) => void (asked++, response.writeHead(503, { "retry-after": "1" }).end("{}")),
    },
  });
  expect((await fetch(`${door.url}/api/auth/me`)).status).toBe(503);
  expect(asked).toBe(1);
});

it("reaches nothing of a service but what is public, however the path is written", async () => {
  const seen: (string | undefined)[] = [];
  const spy: ServiceOptions = { onRequest: ({ url }, response) => void (seen.push(url), response.end("{}")) };
  door = await Door.create({ auth: spy, session: spy });
  const paths = [
    "/internal/invites",
    "/internal",
    "/api/auth/../../internal/invites",
    "/api/auth/..%2f..%2finternal/invites",
    "/api/auth/%2e%2e/%2e%2e/internal/invites",
    "/api/sessions/..\\..\\internal/invites",
    "/api/internal/invites",
    "/api/authx/me",
    "/api",
  ];
  for (const path of paths) {
    const status = await rawStatus(door, path);
    expect([400, 404], path).toContain(status);
  }
  expect(seen).toEqual([]);
});

it("answers 404 as an error body below /api", async () => {
  door = await Door.create();
  const answer = await fetch(`${door.url}/api/nothing`, { method: "POST", body: "{}" });
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: "not-found" }]);
});

it("is alive without Redis, and says that it is not ready", async () => {
  door = await Door.create();
  expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
  const ready = await fetch(`${door.url}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { reason: "Redis does not answer." }]);
});

async function headersBehind(door: Door, headers: Record<string, string>): Promise<Record<string, string>> {
  const answer = await fetch(`${door.url}/api/auth/setup`, { headers });
  const { headers: seen } = (await answer.json()) as { headers: Record<string, string> };
  return seen;
}

/** The status of a GET of exactly this path: no client tidies it up before. */
async function rawStatus(door: Door, path: string): Promise<number> {
  const { hostname, port } = new URL(door.url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`);
  return Number((await text(socket)).split(" ")[1]);
}
