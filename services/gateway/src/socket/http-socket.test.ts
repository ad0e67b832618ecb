import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../testing/eventually.ts";
import { HttpClient } from "../testing/http-client.ts";
import { Service } from "../testing/service.ts";
import { closed, opened } from "../testing/socket-events.ts";
import { Heartbeat } from "./heartbeat.ts";
import { HttpSocket } from "./http-socket.ts";
import { joinSockets } from "./join-sockets.ts";

let server: Server;
let url: string;
let heartbeat: Heartbeat | undefined;
const near: HttpSocket[] = [];
const services: Service[] = [];

/** Every GET gets a socket of its own, and POSTs are nobody's: the tests hand on what they like. */
beforeEach(async () => {
  server = createServer((_request, response) => {
    response.writeHead(200);
    const socket = new HttpSocket(response);
    near.push(socket);
    socket.opened();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
});
afterEach(async () => {
  heartbeat?.close();
  for (const socket of near.splice(0)) socket.terminate();
  await Promise.all(services.splice(0).map((service) => service.kill()));
  await new Promise((resolve) => server.close(resolve));
});

async function listen(options: { isRead?: boolean } = {}): Promise<{ socket: HttpSocket; client: HttpClient }> {
  const client = await HttpClient.listen(url, { sessionId: "s1", token: "t", ...options });
  const socket = near.at(-1);
  if (!socket) throw new Error("There is no socket.");
  return { socket, client };
}

/** A socket of a room's process, and the process's end of it. */
async function ownerPair(): Promise<{ owner: WebSocket; process: WebSocket }> {
  const accepted: WebSocket[] = [];
  const service = await Service.create({ onSocket: (socket) => accepted.push(socket) });
  services.push(service);
  const owner = await opened(new WebSocket(service.url.replace("http", "ws"), "greenroom.v3"));
  await eventually(() => expect(accepted).toHaveLength(1));
  const [process] = accepted;
  if (!process) throw new Error("There is no socket.");
  return { owner, process };
}

it("[T9] cuts off a client that answers no ping, and keeps one that posts, or that waits for us", async () => {
  const [silent, alive, waiting] = [await listen(), await listen(), await listen()];
  heartbeat = Heartbeat.create(40);
  for (const { socket } of [silent, alive, waiting]) heartbeat.watch(socket);
  waiting.socket.pause();
  const end = new Promise<number>((resolve) => silent.socket.once("close", resolve));
  let [posts, answered] = [0, 0];
  const answering = (async () => {
    while (alive.socket.readyState === WebSocket.OPEN) {
      const pings = alive.client.events.filter(({ event }) => event === "ping").length;
      if (pings > answered) {
        answered = pings;
        await alive.socket.receive(++posts, Buffer.alloc(0));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  expect(await end).toBe(1006);
  await eventually(() => expect(answered).toBeGreaterThan(6));
  expect([alive.socket.readyState, waiting.socket.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  await eventually(() => expect(silent.client.isEnded).toBe(true));
  alive.socket.terminate();
  await answering;
});

it("[T6] closes a client that reads nothing for too long with too-slow, and lets its room go", async () => {
  const { socket, client } = await listen({ isRead: false });
  const { owner, process } = await ownerPair();
  joinSockets(socket, owner, { stalledAfterMs: 200 });
  const end = closed(process);
  for (let index = 0; index < 500; index++) process.send("x".repeat(64 * 1024));
  await eventually(() => expect(socket.readyState).toBe(WebSocket.CLOSING));
  expect(socket.bufferedAmount).toBeLessThan(2 * 1024 * 1024);
  void client.read();
  expect(await client.closed()).toEqual({ code: closeCodes["too-slow"], reason: "too-slow" });
  expect((await end).code).toBe(closeCodes["too-slow"]);
});

it("closes a room's socket whose client had gone before they were joined", async () => {
  const { socket, client } = await listen();
  const { owner, process } = await ownerPair();
  client.leave();
  await eventually(() => expect(socket.readyState).toBe(WebSocket.CLOSED));
  joinSockets(socket, owner);
  expect((await closed(process)).code).toBe(1001);
});

it("says internal-error where a room sends bytes, which no event can carry", async () => {
  const { socket, client } = await listen();
  const { owner, process } = await ownerPair();
  joinSockets(socket, owner);
  process.send(Buffer.from([1, 2, 3]));
  expect(await client.closed()).toEqual({ code: closeCodes["internal-error"], reason: "internal-error" });
});
