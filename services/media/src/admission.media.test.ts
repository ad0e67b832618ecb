import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import { callOwnerKey } from "@greenroom/shared/events/room-owner.ts";
import { mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { TestBrowser } from "./testing/test-browser.ts";
import { TestStack } from "./testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => await stack.close());

const closeReason = async (sessionId: string, token: string): Promise<string> =>
  await new TestBrowser({ url: stack.app.url, sessionId, token }).closed();

it("[V1] [T2] closes whoever may not come in with the code that says why", async () => {
  const sessionId = randomUUID();
  const sub = randomUUID();
  const token = stack.neighbours.tokens.guest(sessionId, { sub });
  expect(await closeReason(sessionId, "nonsense")).toBe("unauthenticated");
  expect(await closeReason(sessionId, `${token.slice(0, -8)}AAAAAAAA`)).toBe("unauthenticated");
  const past = Math.floor(Date.now() / 1000) - 1;
  expect(await closeReason(sessionId, stack.neighbours.tokens.guest(sessionId, { exp: past }))).toBe("unauthenticated");
  expect(await closeReason("no-id", token)).toBe("session-not-found");
  for (const lost of ["forbidden", "session-ended", "removed", "revoked", "session-not-found"] as const) {
    stack.neighbours.standings.set(sub, { lost });
    expect(await closeReason(sessionId, token)).toBe(lost);
  }
  const url = new URL(mediaPath(sessionId), stack.app.url.replace("http", "ws"));
  const other = new WebSocket(url, ["greenroom.v1", accessTokenPrefix + token]);
  other.on("error", () => {});
  await until("it is closed", () => other.readyState === WebSocket.CLOSED);
  expect(stack.app.rooms.rooms()).toEqual([]);
});

it("[V1] joining is for whoever is in the room, and ends when their seat does", async () => {
  const sessionId = randomUUID();
  const sub = randomUUID();
  stack.neighbours.standings.set(sub, { role: "candidate", inRoom: false });
  const browser = await stack.open(sessionId, { sub });
  expect(await browser.refused({ type: "join" })).toBe("not-in-room");
  await browser.ask({ type: "probe" });
  stack.neighbours.standings.set(sub, { role: "candidate", inRoom: true });
  await browser.join();
  stack.neighbours.standings.set(sub, { role: "candidate", inRoom: false });
  expect(await browser.closed()).toBe("timed-out");
});

it("[T4] a socket ends with its token unless a newer one of the same bearer comes", async () => {
  const sessionId = randomUUID();
  const sub = randomUUID();
  const soon = Math.floor(Date.now() / 1000) + 2;
  const [renewed, expired] = await Promise.all([
    stack.open(sessionId, { sub, exp: soon }),
    stack.open(sessionId, { exp: soon }),
  ]);
  const accessToken = stack.neighbours.tokens.guest(sessionId);
  expect(await renewed.refused({ type: "access", accessToken })).toBe("unauthenticated");
  const mine = { sub, inviteId: stack.app.rooms.find(sessionId) ? inviteOf(sessionId, sub) : "" };
  await renewed.ask({ type: "access", accessToken: stack.neighbours.tokens.guest(sessionId, mine) });
  expect(await expired.closed()).toBe("unauthenticated");
  await renewed.settled();
});

function inviteOf(sessionId: string, sub: string): string {
  const sockets = [...(stack.app.rooms.find(sessionId)?.sockets ?? [])];
  const claims = sockets.find(({ participantId }) => participantId === sub)?.connection.claims;
  return claims?.kind === "guest" ? claims.inviteId : "";
}

it("[V1] a call is with one media service; another says moved, until the first has let it go", async () => {
  const sessionId = randomUUID();
  const other = await stack.startAnother();
  const ada = await stack.join(sessionId);
  const token = stack.neighbours.tokens.guest(sessionId);
  expect(await new TestBrowser({ url: other.url, sessionId, token }).closed()).toBe("moved");
  expect(JSON.parse((await stack.redis.get(callOwnerKey(sessionId))) ?? "")).toMatchObject({ url: stack.app.url });
  ada.close();
  await until("the lease is free", async () => (await stack.redis.get(callOwnerKey(sessionId))) === null);
  await stack.join(sessionId, { url: other.url });
  await stack.redis.set(callOwnerKey(sessionId), JSON.stringify({ processId: "p3", url: "http://127.0.0.1:1" }));
  await until("the call is given up", () => other.rooms.find(sessionId) === undefined);
});

it("[V1] a call has twelve peers at the most, and the same peer again is not one more", async () => {
  const sessionId = randomUUID();
  const subs = Array.from({ length: 12 }, () => randomUUID());
  for (const sub of subs) await (await stack.open(sessionId, { sub })).ask({ type: "join" });
  expect(await (await stack.open(sessionId)).refused({ type: "join" })).toBe("no-capacity");
  expect(await (await stack.open(sessionId, { sub: subs[0]! })).refused({ type: "join" })).toBe("answered");
});

it("[T7] [V2] closes a participant's ninth socket, and whoever floods", async () => {
  const sessionId = randomUUID();
  const sub = randomUUID();
  const browsers = await Promise.all(Array.from({ length: 8 }, () => stack.open(sessionId, { sub })));
  expect(await closeReason(sessionId, stack.neighbours.tokens.guest(sessionId, { sub }))).toBe("rate-limited");
  const [flood, binary, large] = browsers;
  for (let index = 0; index < 500; index++) flood!.raw(`{"type":"ping","id":${index + 1}}`);
  expect(await flood!.closed()).toBe("rate-limited");
  binary!.raw(Buffer.from("{}"));
  expect(await binary!.closed()).toBe("bad-protocol");
  large!.raw(JSON.stringify({ type: "ping", id: 1, filler: "x".repeat(128 * 1024) }));
  await until("it is closed", () => !large!.isOpen);
});

it("a Worker that dies is replaced, and its calls come back", async () => {
  const sessionId = randomUUID();
  const [ada, bo] = [await stack.join(sessionId), await stack.join(sessionId)];
  await ada.produce("camera");
  await bo.next("consumer");
  process.kill(stack.app.workers.alive[0]!.worker.pid, "SIGKILL");
  expect([await ada.closed(), await bo.closed()]).toEqual(["service-restart", "service-restart"]);
  // At once: whoever comes while it is being replaced waits for it.
  const [again, other] = [await stack.join(sessionId), await stack.join(sessionId)];
  await again.produce("camera");
  await other.consume(await other.next("consumer"));
  expect(stack.app.workers.areAllAlive).toBe(true);
});

it("half a bit per second breaks off nothing that is said to the Worker, and a Worker that cannot be spoken to is replaced", async () => {
  const sessionId = randomUUID();
  const ada = await stack.join(sessionId, { role: "interviewer" });
  const { id: producerId, rtpParameters } = await ada.produce("camera");
  await ada.ask({ type: "producer.close", producerId });
  const half = { ...rtpParameters, encodings: [{ ssrc: 1, maxBitrate: 0.5 }] };
  const asked = { type: "produce", transportId: ada.send!.id, source: "camera", rtpParameters: half } as const;
  expect(await ada.refused(asked)).toBe("bad-parameters");
  const bo = await stack.join(sessionId);
  const { worker } = stack.app.workers.alive[0]!;
  // What mediasoup does with it: from then on every request to this Worker fails.
  const transport = stack.app.rooms.find(sessionId)!.find(ada.participantId)!.transport("send")!;
  await expect(transport.produce({ kind: "video", rtpParameters: half as never })).rejects.toThrow();
  await expect(worker.getResourceUsage()).rejects.toThrow("FlatBuffers");
  expect([await ada.closed(), await bo.closed()]).toEqual(["service-restart", "service-restart"]);
  await stack.join(sessionId);
  expect(stack.app.workers.alive[0]?.worker).not.toBe(worker);
});

it("takes no new call where every Worker has enough to do", async () => {
  const small = await TestStack.create({ MEDIA_MAX_WORKER_CPU: 0.05 });
  const refusals: string[] = [];
  for (let index = 0; index < 12; index++)
    refusals.push(await (await small.open(randomUUID())).refused({ type: "join" }));
  expect(refusals.at(0)).toBe("answered");
  expect(refusals).toContain("no-capacity");
  await small.close();
});

it("[T4] says service-restart to all when it stops, and leaves no lease", async () => {
  const own = await TestStack.create();
  const sessionId = randomUUID();
  const ada = await own.join(sessionId);
  await own.app.close();
  expect(await ada.closed()).toBe("service-restart");
  expect(await own.redis.keys("media:*")).toEqual([]);
  await own.close();
});

it("chooses our subprotocol", async () => {
  const sessionId = randomUUID();
  const url = new URL(mediaPath(sessionId), stack.app.url.replace("http", "ws"));
  const socket = new WebSocket(url, [subprotocol, accessTokenPrefix + stack.neighbours.tokens.guest(sessionId)]);
  await until("it is open", () => socket.readyState === WebSocket.OPEN);
  expect(socket.protocol).toBe(subprotocol);
  socket.terminate();
});

it("waits for its port while a killed process's Worker still holds it", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as AddressInfo; // it listens on TCP
  const waiting = TestStack.create({ MEDIA_PORT: port });
  await expect(Promise.race([waiting.then(() => "started"), setTimeout(500, "waiting")])).resolves.toBe("waiting");
  await new Promise((resolve) => holder.close(resolve));
  const own = await waiting;
  expect(own.app.workers.areAllAlive).toBe(true);
  await own.close();
});
