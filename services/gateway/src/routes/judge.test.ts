import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Door } from "../testing/door.ts";
import type { ServiceOptions } from "../testing/service.ts";

let door: Door;
afterEach(() => door.close());

const key = `gr_${randomBytes(32).toString("base64url")}`;

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers with what arrived. */
const mirror: ServiceOptions = {
  onRequest: (incoming, response) => {
    void buffer(incoming).then((body) => {
      const { method, url, headers } = incoming;
      response.end(JSON.stringify({ method, url, headers, body: body.toString() }));
    });
  },
};

const seenBy = async (answer: Response): Promise<Seen> => (await answer.json()) as Seen;

it("passes runs and Piston's API on to the judge, with the caller's key", async () => {
  door = await Door.create({ judge: mirror });
  const headers = { authorization: `Bearer ${key}`, "idempotency-key": "1", "content-type": "application/json" };
  const made = await fetch(`${door.url}/api/runs?wait=3`, { method: "POST", headers, body: "{}" });
  expect(await seenBy(made)).toMatchObject({ method: "POST", url: "/api/runs?wait=3", headers, body: "{}" });
  for (const path of ["/api/runs/1/events", "/api/languages", "/api/v2/runtimes"])
    expect(await seenBy(await fetch(door.url + path, { headers }))).toMatchObject({ url: path, headers });
});

it("takes the key out of the address, and tells the judge in its head", async () => {
  door = await Door.create({ judge: mirror });
  const answer = await fetch(`${door.url}/k/${key}/api/v2/execute?x=%2F`, { method: "POST", body: "{}" });
  const seen = await seenBy(answer);
  expect(seen).toMatchObject({ method: "POST", url: "/api/v2/execute?x=%2F", body: "{}" });
  expect(seen.headers["authorization"]).toBe(`Bearer ${key}`);
  // Nowhere else, or it would be in somebody's log.
  expect(JSON.stringify(seen).split(key)).toHaveLength(2);
});

it("reaches by an address with a key what takes one, and nothing else", async () => {
  const seen: (string | undefined)[] = [];
  const spy: ServiceOptions = { onRequest: ({ url }, response) => void (seen.push(url), response.end("{}")) };
  door = await Door.create({ judge: spy, auth: spy, session: spy });
  for (const path of [
    `/k/${key}/api/auth/me`,
    `/k/${key}/api/sessions`,
    `/k/${key}/internal/metrics`,
    `/k/${key}/metrics`,
    `/k/${key}/api/v2/..%2f..%2fmetrics`,
    `/k/${key.slice(0, -1)}/api/v2/runtimes`,
    `/k/${key}x/api/v2/runtimes`,
    `/k/%67${key.slice(1)}/api/v2/runtimes`,
    "/k//api/v2/runtimes",
    "/k",
  ])
    expect((await fetch(door.url + path)).status, path).toBe(404);
  expect(seen).toEqual([]);
});

it("lets any page use a key that it has in the address, and none use a visitor's network without one", async () => {
  door = await Door.create({ judge: mirror });
  const ask = { method: "OPTIONS", headers: { origin: "https://elsewhere.example" } };
  const asked = await fetch(`${door.url}/k/${key}/api/v2/execute`, ask);
  expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
  const answer = await fetch(`${door.url}/k/${key}/api/v2/runtimes`);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(answer.headers.get("access-control-allow-credentials")).toBe(null);
  const keyless = await fetch(`${door.url}/api/v2/runtimes`);
  expect(keyless.headers.get("access-control-allow-origin")).toBe(null);
});

it("says when the judge does not answer", async () => {
  door = await Door.create();
  await door.judge.kill();
  const answer = await fetch(`${door.url}/api/runs`, { method: "POST", body: "{}" });
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: "unavailable" }]);
  expect(await refusalOf(`/k/${key}/api/v2/connect`)).toMatchObject([503, { code: "unavailable" }]);
});

it("joins Piston's WebSocket to the judge's, by the key in the address or in the head", async () => {
  const heads: (string | undefined)[] = [];
  door = await Door.create({
    judge: {
      onSocket: (socket, request) => {
        heads.push(`${request.url} ${request.headers.authorization}`);
        socket.on("message", (data) => {
          socket.send(data, { binary: false });
          socket.close(4999, "Job Completed");
        });
      },
    },
  });
  for (const [path, headers] of [
    [`/k/${key}/api/v2/connect`, {}],
    ["/api/v2/connect", { authorization: `Bearer ${key}` }],
  ] as const) {
    const client = new WebSocket(door.url.replace("http", "ws") + path, { headers });
    await once(client, "open");
    client.send('{"type":"init"}');
    const [message] = (await once(client, "message")) as [Buffer];
    expect(message.toString()).toBe('{"type":"init"}');
    const [code, reason] = (await once(client, "close")) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4999, "Job Completed"]);
  }
  expect(heads).toEqual(Array(2).fill(`/api/v2/connect Bearer ${key}`));
});

it("tells by HTTP why a WebSocket may not come in", async () => {
  door = await Door.create({
    judge: {
      refuseSockets: { status: 401, body: { code: "unauthenticated", message: "There is no such API key." } },
    },
  });
  const refusal = [401, { code: "unauthenticated", message: "There is no such API key." }];
  expect(await refusalOf(`/k/${key}/api/v2/connect`)).toEqual(refusal);
  expect(await refusalOf("/api/v2/connect")).toEqual(refusal);
  expect(await refusalOf("/k/nokey/api/v2/connect")).toMatchObject([404, { code: "not-found" }]);
  expect(await refusalOf("/api/v2/connect", "https://elsewhere.example")).toMatchObject([403, { code: "not-allowed" }]);
  expect((await fetch(`${door.url}/api/v2/connect`)).status).toBe(400);
});

it("bounds the sockets of one address, and counts those that are gone no longer", async () => {
  door = await Door.create({ config: { SOCKETS_PER_ADDRESS: "1" } });
  const url = `${door.url.replace("http", "ws")}/k/${key}/api/v2/connect`;
  const first = new WebSocket(url);
  await once(first, "open");
  expect(await refusalOf(`/k/${key}/api/v2/connect`)).toMatchObject([429, { code: "rate-limited" }]);
  first.close();
  await once(first, "close");
  await expect
    .poll(async () => {
      const again = new WebSocket(url);
      const opened = await Promise.race([once(again, "open").then(() => true), once(again, "error").then(() => false)]);
      again.terminate();
      return opened;
    })
    .toBe(true);
});

/** Status and body of an upgrade that was refused. */
async function refusalOf(path: string, origin?: string): Promise<[number | undefined, unknown]> {
  const client = new WebSocket(door.url.replace("http", "ws") + path, origin ? { origin } : {});
  client.on("error", () => {});
  const [, answer] = (await once(client, "unexpected-response")) as [unknown, IncomingMessage];
  return [answer.statusCode, JSON.parse((await buffer(answer)).toString())];
}
