import { randomUUID } from "node:crypto";
import { maxUpBodyBytes } from "@greenroom/shared/api/frame-routes.ts";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { maxFrameBytes } from "@greenroom/shared/protocol/version.ts";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Door } from "../testing/door.ts";
import { eventually } from "../testing/eventually.ts";
import { HttpClient } from "../testing/http-client.ts";
import type { ServiceOptions } from "../testing/service.ts";
import { closed } from "../testing/socket-events.ts";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";

const sessionId = randomUUID();
let door: Door;
let received: string[];
const clients: HttpClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.leave();
  await door.close();
});

/** A gateway before a room that notes what it gets, and sends it back. */
async function openDoor(
  onSocket: ServiceOptions["onSocket"] = () => {},
  config: Record<string, string> = {},
): Promise<void> {
  received = [];
  const session: ServiceOptions = {
    onSocket: (socket, request) => {
      socket.on("message", (data: Buffer, isBinary) => {
        received.push(data.toString());
        socket.send(data, { binary: isBinary });
      });
      onSocket(socket, request);
    },
  };
  door = await Door.create({ session, config });
}

async function listen(
  options: { token?: string; sessionId?: string; protocol?: string; origin?: string; isRead?: boolean } = {},
): Promise<HttpClient> {
  const token = options.token ?? door.tokens.guest(sessionId);
  const client = await HttpClient.listen(door.url, { sessionId, ...options, token });
  clients.push(client);
  return client;
}

it("[T8] opens the room's socket with the bearer's own token, and answers as a stream that nobody may keep or change", async () => {
  const seen: unknown[] = [];
  await openDoor((_socket, { headers, url }) =>
    seen.push(url, headers["sec-websocket-protocol"], headers["x-forwarded-for"]),
  );
  const token = door.tokens.user();
  const client = await listen({ token });
  await client.connectionId();
  expect(seen).toEqual([`/api/sessions/${sessionId}/socket`, `greenroom.v3,access.${token}`, "127.0.0.1"]);
  expect(client.answer.status).toBe(200);
  expect(Object.fromEntries(client.answer.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
});

it("[T9] passes frames down in order with ids from 1, whatever lines they have, after the event open", async () => {
  const frames = Array.from({ length: 300 }, (_, index) => (index === 150 ? "x".repeat(3_000_000) : `{"n":${index}}`));
  await openDoor((socket) => {
    for (const frame of frames) socket.send(frame);
    socket.send('{\n  "several": "lines"\n}');
  });
  const client = await listen();
  await eventually(() => expect(client.frames).toHaveLength(301));
  expect(client.events[0]?.event).toBe("open");
  expect(client.frames).toEqual([...frames, '{\n  "several": "lines"\n}']);
  // A ping may come at any time, and is no frame.
  const ids = client.events.slice(1).flatMap(({ event, id }) => (event === "ping" ? [] : [Number(id)]));
  expect(ids).toEqual(Array.from({ length: 301 }, (_, n) => n + 1));
});

it("[T10] hands frames up in order, several of a body and one of several bodies, and answers once they are handed on", async () => {
  await openDoor();
  const client = await listen();
  expect(await client.post(1, "one\ntwo\nthr")).toEqual({ status: 200, body: null });
  expect(await client.post(2, Buffer.from("ee é"))).toEqual({ status: 200, body: null });
  // Within a character, too.
  const [first, second] = [Buffer.from("✓").subarray(0, 1), Buffer.from("✓").subarray(1)];
  await client.post(3, first);
  await client.post(4, Buffer.concat([second, Buffer.from("\n")]));
  await client.post(5, "");
  await client.post(6, "last\n");
  await eventually(() => expect(received).toEqual(["one", "two", "three é✓", "last"]));
  await eventually(() => expect(client.frames).toEqual(received));
});

it("[T10] recognises a POST that is sent again, and refuses one out of its order", async () => {
  await openDoor();
  const client = await listen();
  await client.post(1, "a\n");
  expect((await client.post(1, "a\n")).status).toBe(200);
  expect(await client.post(3, "c\n")).toMatchObject({ status: 409, body: { code: "conflict" } });
  const twice = await Promise.all([client.post(2, "b\n"), client.post(2, "b\n")]);
  expect(twice.map(({ status }) => status)).toEqual([200, 200]);
  expect((await client.post(1, "a\n")).status).toBe(409);
  for (const number of ["0", "-1", "1.5", "03", "1e3", "x", "9".repeat(40)])
    expect(await client.post(number, "n\n"), number).toMatchObject({ status: 400, body: { code: "bad-request" } });
  await client.post(3, "c\n");
  await eventually(() => expect(client.frames).toEqual(["a", "b", "c"]));
});

for (const seed of [1, 2, 3])
  it(`[T10] hands each frame up once and in order, whatever is cut, repeated, forged or garbled (seed ${seed})`, async () => {
    await openDoor();
    const random = randomFrom(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const letters = ["a", "é", "✓", "😀", " ", '"', "\\", "{", "\u2028", "\r"];
    const frames = Array.from({ length: 150 }, () =>
      Array.from({ length: below(20) === 0 ? below(20_000) : below(40) }, () => letters[below(letters.length)]).join(
        "",
      ),
    );
    const client = await listen();
    const forged = new TokenMaker().guest(sessionId);
    const bytes = Buffer.from(frames.map((frame) => `${frame}\n`).join(""));
    let number = 1;
    for (let from = 0; from < bytes.length; number++) {
      const size = below(3) === 0 ? below(4) : below(30_000);
      const body = bytes.subarray(from, from + size);
      from += size;
      const noise = [
        () => client.post(number, body, { token: forged }),
        () => client.post(number, "x\n", { token: door.tokens.user() }),
        () => client.post(number + 1 + below(5), "y\n"),
        () => client.post(below(2) === 0 ? "NaN" : String(number - 2), "z\n"),
        () => client.post(number, "z\n", { connectionId: randomUUID() }),
      ][below(10)];
      if (noise) expect((await noise()).status).toBeGreaterThanOrEqual(400);
      const copies = await Promise.all(Array.from({ length: 1 + below(3) }, () => client.post(number, body)));
      for (const { status } of copies) expect(status).toBe(200);
    }
    await eventually(() => expect(received).toHaveLength(frames.length));
    expect(received).toEqual(frames);
    const asEvents = frames.map((frame) => frame.replaceAll("\r", "\n"));
    await eventually(() => expect(client.frames).toHaveLength(frames.length));
    expect(client.frames).toEqual(asEvents);
  });

it("[T10] keeps what is posted until the room is reached, and takes no second POST meanwhile", async () => {
  await openDoor((socket) => socket.pause());
  const client = await listen();
  await client.connectionId();
  // Kernels hold some megabytes, the gateway one; then its posts are not answered until somebody reads.
  const body = "x".repeat(maxUpBodyBytes - 1) + "\n";
  let answered = 0;
  const posting = (async () => {
    for (let number = 1; number <= 60; number++) {
      expect((await client.post(number, body)).status).toBe(200);
      answered = number;
    }
  })();
  let [before, still] = [0, 0];
  await eventually(() => {
    still = answered === before ? still + 1 : 0;
    before = answered;
    expect(still).toBeGreaterThan(15);
  });
  expect(answered).toBeLessThan(60);
  expect((await client.post(answered + 2, "too soon\n")).status).toBe(409);
  for (const socket of door.session.sockets) socket.resume();
  await posting;
  await eventually(() => expect(received).toHaveLength(60));
});

it("[T11] takes POSTs from the bearer who listens alone, with a newer token too, and tells others nothing", async () => {
  await openDoor();
  const sub = randomUUID();
  const inviteId = randomUUID();
  const mine = { sub, inviteId };
  const client = await listen({ token: door.tokens.guest(sessionId, mine) });
  const nobodys = await client.post(1, "x\n", { connectionId: "nobody's" });
  expect(nobodys).toMatchObject({ status: 404, body: { code: "not-found" } });
  const { tokens } = door;
  for (const token of [
    tokens.user(),
    tokens.user({ sub }),
    tokens.guest(sessionId),
    tokens.guest(sessionId, { sub }),
    tokens.guest(sessionId, { ...mine, role: "interviewer" }),
    tokens.guest(randomUUID(), mine),
  ])
    expect(await client.post(1, "x\n", { token })).toEqual(nobodys);
  expect(await client.post(1, "x\n", { sessionId: randomUUID() })).toEqual(nobodys);
  const past = Math.floor(Date.now() / 1000) - 1;
  for (const token of ["", "x.y.z", new TokenMaker().guest(sessionId, mine), tokens.guest(sessionId, { exp: past })])
    expect(await client.post(1, "x\n", { token })).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  expect(await client.post(1, "x\n", { origin: "https://evil.example" })).toMatchObject({ status: 403 });
  expect(received).toEqual([]);
  expect((await client.post(1, "mine\n", { token: tokens.guest(sessionId, mine) })).status).toBe(200);
  await eventually(() => expect(received).toEqual(["mine"]));
});

it("[T2] says by the event close why a stream is refused, and asks no service", async () => {
  const reached: WebSocket[] = [];
  await openDoor((socket) => reached.push(socket));
  const refusal = async (options: { token?: string; sessionId?: string; protocol?: string }) =>
    (await listen(options)).closed();
  const past = Math.floor(Date.now() / 1000) - 1;
  const { tokens } = door;
  const because = (reason: keyof typeof closeCodes) => ({ code: closeCodes[reason], reason });
  expect(await refusal({ token: "" })).toEqual(because("unauthenticated"));
  expect(await refusal({ token: new TokenMaker().guest(sessionId) })).toEqual(because("unauthenticated"));
  expect(await refusal({ token: tokens.guest(sessionId, { exp: past }) })).toEqual(because("unauthenticated"));
  expect(await refusal({ token: tokens.guest(randomUUID()) })).toEqual(because("forbidden"));
  expect(await refusal({ protocol: "greenroom.v9" })).toEqual(because("bad-protocol"));
  expect(await refusal({ token: tokens.user(), sessionId: "..%2f..%2finternal" })).toEqual(
    because("session-not-found"),
  );
  expect(reached).toEqual([]);
});

it("[T1] refuses the pages of other origins", async () => {
  await openDoor(undefined, { PUBLIC_URL: "https://room.example", ALLOWED_ORIGINS: "https://other.example" });
  const statusFor = async (origin: string) => (await listen({ origin })).answer.status;
  expect(await statusFor("https://room.example")).toBe(200);
  expect(await statusFor("https://other.example")).toBe(200);
  expect(await statusFor("https://evil.example")).toBe(403);
  expect(await statusFor("null")).toBe(403);
});

it("opens nothing for a HEAD, or for an upgrade where the stream is", async () => {
  await openDoor();
  const path = `${door.url}/api/sessions/${sessionId}/frames?protocol=greenroom.v3`;
  const headers = { authorization: `Bearer ${door.tokens.guest(sessionId)}` };
  await fetch(path, { method: "HEAD", headers });
  const upgraded = new WebSocket(path, { headers });
  const status = await new Promise((resolve) => {
    upgraded.once("unexpected-response", (_request, answer) => resolve(answer.statusCode));
    upgraded.on("error", () => {});
  });
  expect(status).toBe(404);
  expect(door.session.sockets.size).toBe(0);
});

it("[T2] ends the stream with the room's code and reason, and knows its connection no more", async () => {
  await openDoor((socket) => {
    socket.on("message", () => socket.close(closeCodes.removed, "removed"));
  });
  const client = await listen();
  await client.post(1, "out\n");
  expect(await client.closed()).toEqual({ code: closeCodes.removed, reason: "removed" });
  await eventually(async () => expect((await client.post(2, "still here\n")).status).toBe(404));
  expect(received).toEqual(["out"]);
});

it("[T2] says service-restart when the room's process is killed, cannot be reached, or the gateway stops", async () => {
  await openDoor();
  const restart = { code: closeCodes["service-restart"], reason: "service-restart" };
  const killed = await listen();
  await killed.connectionId();
  for (const socket of door.session.sockets) socket.terminate();
  expect(await killed.closed()).toEqual(restart);
  const stopped = await listen();
  await stopped.connectionId();
  await Promise.all([door.app.close(), expect(stopped.closed()).resolves.toEqual(restart)]);

  await openDoor();
  await door.session.kill();
  expect(await (await listen()).closed()).toEqual(restart);
});

it("[T11] lets the room know at once when a stream is left", async () => {
  const ends: Promise<{ code: number }>[] = [];
  await openDoor((socket) => ends.push(closed(socket)));
  const client = await listen();
  await client.connectionId();
  client.leave();
  expect((await ends[0])?.code).toBe(1001);
  const id = await client.connectionId();
  expect((await client.post(1, "x\n", { connectionId: id })).status).toBe(404);
});

it("[T3] closes with 1009 what posts a body or a frame that is too large, before it is read where it can", async () => {
  await openDoor();
  const [body, frame, pieces, good] = [await listen(), await listen(), await listen(), await listen()];
  expect((await body.post(1, "x".repeat(maxUpBodyBytes + 1))).status).toBe(413);
  expect(await body.closed()).toMatchObject({ code: 1009 });
  const post = async (client: HttpClient, text: string) => {
    let status = 200;
    for (let number = 1; status === 200; number++) status = (await client.post(number, text)).status;
    return status;
  };
  expect(await post(frame, "x".repeat(maxUpBodyBytes))).toBe(413);
  expect(await frame.closed()).toMatchObject({ code: 1009 });
  expect(await post(pieces, "x")).toBe(413);
  expect(await pieces.closed()).toMatchObject({ code: 1009 });
  // A stranger's large body closes nobody's connection.
  const connectionId = await good.connectionId();
  const stranger = { connectionId, token: door.tokens.user() };
  expect((await good.post(1, "x".repeat(maxUpBodyBytes + 1), stranger)).status).toBe(404);
  const whole = maxFrameBytes / maxUpBodyBytes;
  for (let number = 1; number <= whole; number++) await good.post(number, "y".repeat(maxUpBodyBytes));
  expect((await good.post(whole + 1, "\nsmall\n")).status).toBe(200);
  await eventually(() => expect(good.frames.map(({ length }) => length)).toEqual([maxFrameBytes, 5]));
});

it("[T3] closes what posts bytes that are no text, as a WebSocket would", async () => {
  await openDoor();
  const client = await listen();
  const answer = await client.post(1, Buffer.from([0x66, 0xff, 0xfe, 0x0a]));
  expect(answer).toMatchObject({ status: 400, body: { code: "bad-request" } });
  expect(await client.closed()).toMatchObject({ code: 1007 });
  expect(received).toEqual([]);
});

it("[T10] closes with rate-limited who posts far more often than a client does", async () => {
  await openDoor();
  const client = await listen();
  const id = await client.connectionId();
  let statuses: number[] = [];
  // A machine with much else to do may for a while be no quicker than a client may be.
  while (!client.isEnded) {
    const posts = Array.from({ length: 20 }, () => client.post(1, "", { connectionId: id }));
    statuses = (await Promise.all(posts)).map(({ status }) => status);
  }
  expect(await client.closed()).toEqual({ code: closeCodes["rate-limited"], reason: "rate-limited" });
  expect(statuses).toContain(404);
}, 60_000);

it("limits streams of one address at once together with its WebSockets", async () => {
  await openDoor(undefined, { SOCKETS_PER_ADDRESS: "2" });
  const [first] = [await listen(), door.connect(sessionId)];
  await eventually(() => expect(door.session.sockets.size).toBe(2));
  const refused = { code: closeCodes["rate-limited"], reason: "rate-limited" };
  expect(await (await listen()).closed()).toEqual(refused);
  first.leave();
  await eventually(() => expect(door.session.sockets.size).toBe(1));
  await (await listen()).connectionId();
});

it("[T6] holds back the writer of a stream that is not read", async () => {
  const frame = "x".repeat(64 * 1024);
  const count = 1000;
  await openDoor((socket) => {
    for (let index = 0; index < count; index++) socket.send(`${index} ${frame}`);
  });
  const slow = await listen({ isRead: false });
  const waiting = () => [...door.session.sockets].reduce((sum, socket) => sum + socket.bufferedAmount, 0);
  const other = await listen();
  await eventually(() => expect(other.frames).toHaveLength(count));
  expect(waiting()).toBeGreaterThan((count * frame.length) / 2);
  void slow.read();
  await eventually(() => expect(slow.frames).toHaveLength(count));
  expect(slow.frames.map((data) => Number.parseInt(data.slice(0, 8), 10))).toEqual([...Array(count).keys()]);
});
