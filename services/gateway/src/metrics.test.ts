import { randomUUID } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Door } from "./testing/door.ts";
import { HttpClient } from "./testing/http-client.ts";
import type { ServiceOptions } from "./testing/service.ts";
import { closed, opened } from "./testing/socket-events.ts";

let door: Door;
afterEach(() => door.close());

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it("counts requests by their patterns, and sockets, on a port of its own", async () => {
  const port = await freePort();
  door = await Door.create({ config: { METRICS_PORT: String(port) } });
  const metrics = async () => await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const secret = "SECRET-x7";
  for (const path of [`/api/sessions/${secret}`, `/k/${secret}/api/v2/runtimes`, `/join/${secret}`])
    await fetch(door.url + path);
  const socket = await opened(door.connect(randomUUID()));
  await expect.poll(metrics).toContain('greenroom_gateway_sockets{kind="room"} 1');
  socket.close(4000);
  await closed(socket);
  await expect.poll(metrics).toContain('greenroom_gateway_socket_closes_total{kind="room",code="4000"} 1');
  const overHttp = await HttpClient.listen(door.url, { sessionId: randomUUID(), token: door.tokens.user() });
  await overHttp.connectionId();
  await expect.poll(metrics).toContain('greenroom_gateway_sockets{kind="room-http"} 1');
  overHttp.leave();
  await expect.poll(metrics).toContain('greenroom_gateway_socket_closes_total{kind="room-http",code="1006"} 1');
  const text = await metrics();
  expect(text).toContain('greenroom_gateway_sockets{kind="room-http"} 0');
  expect(text).toContain('greenroom_gateway_sockets{kind="room"} 0');
  expect(text).toContain(
    'greenroom_gateway_requests_total{route="/k/:key/api/v2/runtimes",method="GET",status="404"} 1',
  );
  expect(text).not.toContain(secret);
});

it("serves neither its own metrics nor a service's to the public", async () => {
  const seen: (string | undefined)[] = [];
  const spy: ServiceOptions = { onRequest: ({ url }, response) => void (seen.push(url), response.end("{}")) };
  door = await Door.create({ judge: spy, session: spy });
  for (const path of [
    "/metrics",
    "/api/metrics",
    "/api/runs/../metrics",
    "/api/v2/../../metrics",
    "/internal/metrics",
  ]) {
    const answer = await fetch(door.url + path);
    expect(await answer.text(), path).not.toContain("process_cpu");
  }
  expect(seen).toEqual([]);
});
