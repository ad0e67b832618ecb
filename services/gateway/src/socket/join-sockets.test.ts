import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../testing/eventually.ts";
import { Service } from "../testing/service.ts";
import { closed, opened } from "../testing/socket-events.ts";
import { Heartbeat } from "./heartbeat.ts";
import { joinSockets } from "./join-sockets.ts";

const services: Service[] = [];
const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(services.splice(0).map((service) => service.kill()));
});

/** Both ends of one socket over TCP. */
async function socketPair(options: { autoPong?: boolean } = {}): Promise<{ near: WebSocket; far: WebSocket }> {
  const accepted: WebSocket[] = [];
  const service = await Service.create({ onSocket: (socket) => accepted.push(socket) });
  services.push(service);
  const far = await opened(new WebSocket(service.url.replace("http", "ws"), "greenroom.v3", options));
  far.on("error", () => {});
  await eventually(() => expect(accepted).toHaveLength(1));
  const near = accepted[0]!;
  sockets.push(near, far);
  return { near, far };
}

const flood = (socket: WebSocket) => {
  for (let index = 0; index < 500; index++) socket.send("x".repeat(64 * 1024));
};

it("[T2] closes a client that reads nothing for too long with too-slow, and lets its owner go", async () => {
  const [client, owner] = [await socketPair(), await socketPair()];
  joinSockets(client.near, owner.near, { stalledAfterMs: 200 });
  client.far.pause();
  const told: number[] = [];
  client.near.close = new Proxy(client.near.close, {
    apply: (close, socket, [code, reason]: [number, string]) => {
      told.push(code);
      close.call(socket, code, reason);
    },
  });
  const end = closed(owner.far);
  flood(owner.far);
  await eventually(() => expect(told).toEqual([closeCodes["too-slow"]]));
  client.far.resume();
  expect((await closed(client.far)).code).toBe(closeCodes["too-slow"]);
  expect((await end).code).toBe(closeCodes["too-slow"]);
});

it("gives a client that reads again in time everything", async () => {
  const [client, owner] = [await socketPair(), await socketPair()];
  joinSockets(client.near, owner.near, { stalledAfterMs: 5_000 });
  let received = 0;
  client.far.on("message", () => received++);
  client.far.pause();
  flood(owner.far);
  await eventually(() => expect(owner.near.isPaused).toBe(true));
  client.far.resume();
  await eventually(() => expect(received).toBe(500));
  expect(owner.near.isPaused).toBe(false);
});

it("restarts a client whose owner takes nothing for too long", async () => {
  const [client, owner] = [await socketPair(), await socketPair()];
  joinSockets(client.near, owner.near, { stalledAfterMs: 200 });
  owner.far.pause();
  flood(client.far);
  expect(await closed(client.far)).toEqual({ code: 1012, reason: "service-restart" });
});

it("closes a client whose owner had gone before they were joined", async () => {
  const [client, owner] = [await socketPair(), await socketPair()];
  owner.near.terminate();
  await closed(owner.far);
  joinSockets(client.near, owner.near);
  expect((await closed(client.far)).code).toBe(1012);
});

it("ends a socket after two pings without a pong, and keeps one that answers or is not read from", async () => {
  const [silent, alive, paused] = [await socketPair({ autoPong: false }), await socketPair(), await socketPair()];
  const heartbeat = Heartbeat.create(40);
  for (const { near } of [silent, alive, paused]) heartbeat.watch(near);
  paused.near.pause();
  let pings = 0;
  alive.far.on("ping", () => pings++);
  expect((await closed(silent.far)).code).toBe(1006);
  await eventually(() => expect(pings).toBeGreaterThan(6));
  expect([alive.near.readyState, paused.near.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  heartbeat.close();
});
