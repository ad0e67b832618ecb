import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "./testing/eventually.ts";
import { Service } from "./testing/service.ts";
import { closed, opened } from "./testing/socket-events.ts";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";

const tokens = new TokenMaker();
let redis: TestRedis;
let upstream: Service;
let gateway: ChildProcess;
let url = "";
let output = "";

beforeAll(async () => {
  redis = await createTestRedis();
  upstream = await Service.create({
    onRequest: (request, response) => {
      if (request.url === "/api/auth/keys") response.end(JSON.stringify(tokens.keySet));
      else request.socket.destroy();
    },
  });
  gateway = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    env: {
      PORT: "0",
      LOG_LEVEL: "trace",
      AUTH_URL: upstream.url,
      SESSION_URL: upstream.url,
      JUDGE_URL: upstream.url,
      REDIS_URL: redis.url,
      REQUESTS_PER_MINUTE: "20",
      WEB_ROOT: "/nonexistent",
    },
  });
  const append = (data: Buffer) => (output += data.toString());
  gateway.stdout?.on("data", append);
  gateway.stderr?.on("data", append);
  await eventually(() => expect(output).toContain('"address"'));
  url = /"address":"([^"]+)"/.exec(output)?.[1] ?? "";
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
});
afterAll(async () => {
  gateway.kill("SIGKILL");
  await Promise.all([upstream.kill(), redis.close()]);
});

it("writes no invite, token, cookie or query into its log, whatever is done with them", async () => {
  const secret = "SECRET-x7";
  const token = tokens.user({ name: secret });
  const headers = { authorization: `Bearer ${secret}`, cookie: `refresh=${secret}` };
  for (const path of [
    `/join/${secret}`,
    `/register/${secret}?a=${secret}`,
    `/join/${secret}.html`,
    `/join/${secret}%`,
    `/api/auth/${secret}?q=${secret}`,
    `/api/nothing/${secret}`,
    `/api/runs/${secret}?q=${secret}`,
    `/k/${secret}`,
    `/k/${secret}/api/v2/runtimes`,
    `/k/gr_${secret.padEnd(43, "x")}/api/v2/runtimes?q=${secret}`,
  ])
    await fetch(url + path, { headers });
  await fetch(`${url}/api/auth/login`, { method: "POST", headers, body: secret });
  const lost = new WebSocket(`${url.replace("http", "ws")}/join/${secret}`, { headers });
  await closed(lost);
  const keyed = new WebSocket(`${url.replace("http", "ws")}/k/gr_${secret.padEnd(43, "x")}/api/v2/connect`);
  (await opened(keyed)).close();
  for (const id of [secret, randomUUID()])
    await closed(new WebSocket(url + socketPath(id), [subprotocol, `${accessTokenPrefix}${secret}`]));
  const framesPath = `${url}/api/sessions/${randomUUID()}/frames`;
  const listening = await fetch(`${framesPath}?protocol=greenroom.v3&x=${secret}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const connectionId = /"connectionId":"([^"]+)"/.exec(await readUntil(listening, "connectionId"))?.[1] ?? "";
  for (const name of [secret, connectionId])
    await fetch(`${framesPath}/${name}/1`, { method: "POST", headers, body: secret });
  const posted = { method: "POST", headers: { authorization: `Bearer ${token}` }, body: `${secret}\n` };
  expect((await fetch(`${framesPath}/${connectionId}/1`, posted)).status).toBe(200);
  await listening.body?.cancel();
  const good = await opened(new WebSocket(url + socketPath(randomUUID()), [subprotocol, accessTokenPrefix + token]));
  good.close();
  await eventually(() => expect(output).toContain("Socket closed"));
  expect(output).toContain('"route":"/api/auth/login"');
  expect(output).toContain('"route":"/k/:key/api/v2/runtimes"');
  expect(output).not.toContain(secret);
  expect(output).not.toContain(token);
  expect(output).not.toContain(connectionId);
});

/** What an answer begins with, as far as this text. */
async function readUntil(answer: Response, text: string): Promise<string> {
  if (!answer.body) return "";
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let read = "";
  while (!read.includes(text)) read += decoder.decode((await reader.read()).value, { stream: true });
  reader.releaseLock();
  return read;
}

it("answers too many requests of one address with rate-limited, and goes on serving when Redis dies", async () => {
  let answer = await fetch(`${url}/api/nothing`);
  for (let asked = 0; asked < 20 && answer.status !== 429; asked++) answer = await fetch(`${url}/api/nothing`);
  const body: unknown = await answer.json();
  expect([answer.status, body]).toMatchObject([429, { code: "rate-limited", retryAfterMs: expect.any(Number) }]);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);

  await redis.close();
  await eventually(async () => expect((await fetch(`${url}/api/nothing`)).status).toBe(404));
  const began = performance.now();
  expect((await fetch(`${url}/api/nothing`)).status).toBe(404);
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(output).toContain("Requests are not limited");
});

it("stops on SIGTERM within seconds, though sockets are open, and tells them", async () => {
  const client = await opened(
    new WebSocket(url + socketPath(randomUUID()), [subprotocol, accessTokenPrefix + tokens.user()]),
  );
  const exited = once(gateway, "exit");
  gateway.kill("SIGTERM");
  expect((await closed(client)).code).toBe(1012);
  expect(await exited).toEqual([0, null]);
});
