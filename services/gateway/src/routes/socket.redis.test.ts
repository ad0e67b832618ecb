import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { callOwnerKey, roomOwnerKey } from "@greenroom/shared/events/room-owner.ts";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, maxFrameBytes, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { Door } from "../testing/door.ts";
import { eventually } from "../testing/eventually.ts";
import { Service, type ServiceOptions } from "../testing/service.ts";
import { closed, collect, opened } from "../testing/socket-events.ts";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";

let server: TestRedis;
let redis: Redis;
let door: Door;
const services: Service[] = [];
const sessionId = randomUUID();

const echo: ServiceOptions = {
  onSocket: (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })),
};

beforeAll(async () => {
  server = await createTestRedis();
  redis = new Redis(server.url);
});
beforeEach(() => redis.flushall());
afterEach(async () => {
  await door.close();
  await Promise.all(services.splice(0).map((service) => service.kill()));
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

async function openDoor(session: ServiceOptions = echo, config: Record<string, string> = {}): Promise<Door> {
  door = await Door.create({ session, config: { REDIS_URL: server.url, ...config } });
  await eventually(async () => expect((await fetch(`${door.url}/readyz`)).status).toBe(200));
  return door;
}

async function ownRoom(options: ServiceOptions): Promise<Service> {
  const owner = await Service.create(options);
  services.push(owner);
  await redis.set(roomOwnerKey(sessionId), JSON.stringify({ processId: "p1", url: owner.url }));
  return owner;
}

it("[T1] chooses our subprotocol and shows the session service the same two, and who is there", async () => {
  const seen: unknown[] = [];
  await openDoor({
    onSocket: (socket, { headers, url }) => {
      seen.push(url, headers["sec-websocket-protocol"], headers["x-forwarded-for"]);
      socket.close(closeCodes["room-full"], "room-full");
    },
  });
  const token = door.tokens.user();
  const client = door.connect(sessionId, { token });
  expect(await closed(client)).toEqual({ code: 4409, reason: "room-full" });
  expect(client.protocol).toBe(subprotocol);
  expect(seen).toEqual([`/api/sessions/${sessionId}/socket`, `${subprotocol},access.${token}`, "127.0.0.1"]);
});

it("passes frames both ways in order, a megabyte among them, text as text and bytes as bytes", async () => {
  await openDoor();
  const client = await opened(door.connect(sessionId));
  const back = collect(client);
  const sent = Array.from({ length: 500 }, (_, index) => (index === 250 ? "x".repeat(1_000_000) : `frame ${index} é`));
  for (const text of sent) client.send(text);
  client.send(Buffer.from("bytes"));
  await eventually(() => expect(back).toHaveLength(501));
  expect(back.slice(0, 500).map(({ data }) => data)).toEqual(sent);
  expect(back.slice(0, 500).some(({ isBinary }) => isBinary)).toBe(false);
  expect(back[500]).toEqual({ data: "bytes", isBinary: true });
});

it("keeps what a client sends before the session process is reached", async () => {
  await openDoor({});
  const received: string[] = [];
  await ownRoom({ onSocket: (socket) => socket.on("message", (data: Buffer) => received.push(data.toString())) });
  const client = door.connect(sessionId);
  client.once("open", () => {
    for (let index = 0; index < 100; index++) client.send(String(index));
  });
  await eventually(() => expect(received).toHaveLength(100));
  expect(received).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
});

it("[T3] closes a socket whose frame is too large with 1009, and no other", async () => {
  await openDoor();
  const [bad, good] = await Promise.all([opened(door.connect(sessionId)), opened(door.connect(sessionId))]);
  const goodFrames = collect(good);
  bad.send("x".repeat(maxFrameBytes + 1));
  expect((await closed(bad)).code).toBe(1009);
  good.send("still here");
  await eventually(() => expect(goodFrames).toHaveLength(1));
});

it("[T2] says with a close code why a socket is refused", async () => {
  const reached: WebSocket[] = [];
  await openDoor({ onSocket: (socket) => reached.push(socket) });
  const { tokens } = door;
  const refusal = async (options: { token?: string; protocols?: string[] }) =>
    (await closed(door.connect(sessionId, options))).reason;
  const past = Math.floor(Date.now() / 1000) - 1;

  expect(await refusal({ protocols: [subprotocol] })).toBe("unauthenticated");
  expect(await refusal({ token: "not.a.token" })).toBe("unauthenticated");
  expect(await refusal({ token: new TokenMaker().guest(sessionId) })).toBe("unauthenticated");
  expect(await refusal({ token: tokens.guest(sessionId, { exp: past }) })).toBe("unauthenticated");
  expect(await refusal({ token: tokens.guest(sessionId, { aud: "somebody else" }) })).toBe("unauthenticated");
  expect(await refusal({ token: tokens.guest(randomUUID()) })).toBe("forbidden");
  expect(await refusal({ protocols: ["greenroom.v9", accessTokenPrefix + tokens.user()] })).toBe("bad-protocol");
  expect(reached).toEqual([]);
});

it("closes with session-not-found where the path names no session, and asks no service", async () => {
  const seen: (string | undefined)[] = [];
  await openDoor({ onSocket: (_socket, { url }) => seen.push(url) });
  for (const id of ["1", "..%2f..%2finternal", `${sessionId}%3fx`]) {
    const client = door.connect(id, { token: door.tokens.user() });
    expect(await closed(client)).toEqual({ code: 4404, reason: "session-not-found" });
  }
  expect(seen).toEqual([]);
});

it("refuses the pages of other origins before the upgrade, and lets in those that the settings name", async () => {
  await openDoor(echo, { PUBLIC_URL: "https://room.example", ALLOWED_ORIGINS: "https://other.example" });
  const statusFor = async (origin: string) => {
    const client = door.connect(sessionId, { origin });
    return new Promise<number | undefined>((resolve) => {
      client.once("unexpected-response", (_request, answer) => resolve(answer.statusCode));
      client.once("open", () => resolve(101));
    });
  };
  expect(await statusFor("https://room.example")).toBe(101);
  expect(await statusFor("https://other.example")).toBe(101);
  expect(await statusFor("https://evil.example")).toBe(403);
  expect(await statusFor("http://room.example")).toBe(403);
  expect(await statusFor("null")).toBe(403);
});

it("goes to the process that owns the room", async () => {
  const elsewhere: WebSocket[] = [];
  await openDoor({ onSocket: (socket) => elsewhere.push(socket) });
  await ownRoom({ onSocket: (socket) => socket.send("owner here") });
  const client = door.connect(sessionId);
  const [data] = await once(client, "message");
  expect(String(data)).toBe("owner here");
  expect(elsewhere).toEqual([]);
});

it("tries any session process when the lease is stale, or says nothing", async () => {
  await openDoor({ onSocket: (socket) => socket.send("fallback") });
  const owner = await ownRoom({});
  await owner.kill();
  const [first] = await once(door.connect(sessionId), "message");
  await redis.set(roomOwnerKey(sessionId), "{}");
  const [second] = await once(door.connect(sessionId), "message");
  expect([String(first), String(second)]).toEqual(["fallback", "fallback"]);
});

it("closes with service-restart when no session process can be reached", async () => {
  await openDoor();
  const client = async () => closed(door.connect(sessionId));
  await door.session.kill();
  expect(await client()).toEqual({ code: 1012, reason: "service-restart" });
});

it("tells the client service-restart when the session process is killed or leaves without a code", async () => {
  await openDoor({ onSocket: (socket) => socket.send("hello") });
  const killed = door.connect(sessionId);
  await once(killed, "message");
  for (const socket of door.session.sockets) socket.terminate();
  expect(await closed(killed)).toEqual({ code: 1012, reason: "service-restart" });

  const left = door.connect(sessionId);
  await once(left, "message");
  for (const socket of door.session.sockets) socket.close();
  expect(await closed(left)).toEqual({ code: 1012, reason: "service-restart" });
});

it("passes a close with its code and reason on to the other side", async () => {
  const ends: Promise<{ code: number; reason: string }>[] = [];
  await openDoor({ onSocket: (socket) => ends.push(closed(socket)) && socket.send("hello") });
  const polite = door.connect(sessionId);
  await once(polite, "message");
  polite.close(4999, "bye");
  const gone = door.connect(sessionId);
  await once(gone, "message");
  gone.terminate();
  const [first, second] = await Promise.all(ends);
  expect(first).toEqual({ code: 4999, reason: "bye" });
  expect(second?.code).toBe(1001);
});

it("limits sockets of one address at once and per minute", async () => {
  await openDoor(echo, { SOCKETS_PER_ADDRESS: "2", SOCKETS_PER_MINUTE: "4" });
  const [one] = await Promise.all([opened(door.connect(sessionId)), opened(door.connect(sessionId))]);
  expect((await closed(door.connect(sessionId))).reason).toBe("rate-limited");
  one.close();
  await closed(one);
  const frames = async () => {
    const client = door.connect(sessionId);
    const back = collect(client);
    client.once("open", () => client.send("in"));
    const end = closed(client).then(({ reason }) => reason);
    const answer = await Promise.race([end, eventually(() => (expect(back).toHaveLength(1), "in"))]);
    client.close();
    await end;
    return answer;
  };
  // One of two places is taken; four upgrades a minute were promised, and two have been counted.
  await eventually(() => expect(door.session.sockets.size).toBe(1));
  expect(await frames()).toBe("in");
  await eventually(() => expect(door.session.sockets.size).toBe(1));
  expect(await frames()).toBe("in");
  await eventually(() => expect(door.session.sockets.size).toBe(1));
  expect(await frames()).toBe("rate-limited");
});

it("holds back the writer of a slow reader, and nobody else waits", async () => {
  const frame = "x".repeat(64 * 1024);
  const count = 1000;
  await openDoor({
    onSocket: (socket) => {
      socket.on("message", (data: Buffer) => {
        if (data.toString() !== "flood") return socket.send(data.toString());
        for (let index = 0; index < count; index++) socket.send(`${index} ${frame}`);
      });
    },
  });
  const slow = await opened(door.connect(sessionId));
  let received = 0;
  slow.on("message", (data: Buffer) => {
    expect(Number.parseInt(data.subarray(0, 8).toString(), 10)).toBe(received);
    received++;
  });
  slow.send("flood", () => slow.pause());
  await eventually(() => expect(waiting(door.session)).toBeGreaterThan(0));

  // Each answer takes the gateway a turn, and in each turn it could have read 64 KiB more of the flood.
  const other = await opened(door.connect(sessionId));
  for (let asked = 0; asked < 2 * count; asked++) {
    other.send("quick");
    await once(other, "message");
  }
  // Kernels hold some megabytes a connection; the gateway one. The rest has stayed with its writer.
  expect(waiting(door.session)).toBeGreaterThan((count * frame.length) / 2);
  slow.resume();
  await eventually(() => expect(received).toBe(count));
});

it("closes every socket with service-restart when it stops", async () => {
  await openDoor();
  const client = await opened(door.connect(sessionId));
  const end = closed(client);
  await door.app.close();
  expect(await end).toEqual({ code: 1012, reason: "service-restart" });
});

function waiting(service: Service): number {
  return [...service.sockets].reduce((sum, socket) => sum + socket.bufferedAmount, 0);
}

it("[V1] leads a call's socket to the media service that has it, and else to any", async () => {
  const [anyMedia, owner] = await Promise.all([
    Service.create({ onSocket: (socket, { url }) => socket.send(`any ${url}`) }),
    Service.create({ onSocket: (socket, { url }) => socket.send(`owner ${url}`) }),
  ]);
  services.push(anyMedia, owner);
  await openDoor(echo, { MEDIA_URL: anyMedia.url });
  const path = mediaPath(sessionId);
  // Whoever has the room has not the call.
  await redis.set(roomOwnerKey(sessionId), JSON.stringify({ processId: "p1", url: owner.url }));
  const [first] = await once(door.connect(sessionId, { path }), "message");
  await redis.set(callOwnerKey(sessionId), JSON.stringify({ processId: "p1", url: owner.url }));
  const [second] = await once(door.connect(sessionId, { path }), "message");
  expect([String(first), String(second)]).toEqual([`any ${path}`, `owner ${path}`]);
});

it("[V1] closes a call's socket with no-media where there is no media service, and with service-restart where it is away", async () => {
  await openDoor();
  const path = mediaPath(sessionId);
  expect(await closed(door.connect(sessionId, { path }))).toEqual({ code: 4415, reason: "no-media" });
  await door.close();
  const gone = await Service.create();
  await gone.kill();
  await openDoor(echo, { MEDIA_URL: gone.url });
  expect(await closed(door.connect(sessionId, { path }))).toEqual({ code: 1012, reason: "service-restart" });
});
