import { randomUUID } from "node:crypto";
import { callOwnerKey } from "@greenroom/shared/events/room-owner.ts";
import { freePort, isPortFree } from "@greenroom/shared/testing/free-port.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { expect, it } from "vitest";
import { TestBrowser } from "./testing/test-browser.ts";
import { TestStack } from "./testing/test-stack.ts";

// Calls on several Workers, and on several services.

/** The first of two ports in a row, as two Workers take them. */
async function freePair(): Promise<number> {
  for (;;) {
    const first = await freePort();
    if (await isPortFree(first + 1)) return first;
  }
}

/** Where the media of a session's call goes. */
async function portOf(stack: TestStack, sessionId: string): Promise<number> {
  const { iceCandidates } = await (await stack.open(sessionId)).ask({ type: "probe" });
  return Number(iceCandidates[0]?.["port"]);
}

it("spreads calls over its Workers, and when one dies the calls of the others go on", async () => {
  const port = await freePair();
  const stack = await TestStack.create({ MEDIA_WORKERS: 2, MEDIA_PORT: port });
  const calls = new Map<number, { sessionId: string; peers: readonly [TestBrowser, TestBrowser] }>();
  // The second goes to the Worker that has less to do, unless both were measured to do nothing just then.
  for (let call = 0; call < 6 && calls.size < 2; call++) {
    const sessionId = randomUUID();
    const peers = [await stack.join(sessionId), await stack.join(sessionId)] as const;
    calls.set(await portOf(stack, sessionId), { sessionId, peers });
  }
  expect([...calls.keys()].toSorted()).toEqual([port, port + 1]);
  const [hit, spared] = [calls.get(port)!, calls.get(port + 1)!];

  process.kill(stack.app.workers.alive[0]!.worker.pid, "SIGKILL");
  expect(await Promise.all(hit.peers.map((peer) => peer.closed()))).toEqual(["service-restart", "service-restart"]);
  const [ada, bo] = spared.peers;
  await ada.produce("camera");
  await bo.consume(await bo.next("consumer"));
  const back = [await stack.join(hit.sessionId), await stack.join(hit.sessionId)] as const;
  await back[0].produce("camera");
  await back[1].consume(await back[1].next("consumer"));
  await until("both Workers are there", () => stack.app.workers.areAllAlive);
  await stack.close();
});

it("[V1] calls are on several services at once, and those of one that stops come to another", async () => {
  const stack = await TestStack.create();
  const other = await stack.startAnother();
  const [here, there] = [randomUUID(), randomUUID()];
  const [ada, bo] = [await stack.join(here), await stack.join(there, { url: other.url })];
  const ownerOf = async (sessionId: string) =>
    JSON.parse((await stack.redis.get(callOwnerKey(sessionId))) ?? "{}") as { url?: string };
  expect([(await ownerOf(here)).url, (await ownerOf(there)).url]).toEqual([stack.app.url, other.url]);

  await stack.app.close();
  expect(await ada.closed()).toBe("service-restart");
  const again = await stack.join(here, { url: other.url });
  const late = await stack.join(there, { url: other.url });
  expect((await ownerOf(here)).url).toBe(other.url);
  await bo.produce("camera");
  expect((await late.next("consumer")).participantId).toBe(bo.participantId);
  expect(again.all("consumer")).toEqual([]);
  await stack.close();
});

it("[V1] takes the calls of a service that was killed once its leases have run out, which nobody renews", async () => {
  const stack = await TestStack.create();
  const sessionId = randomUUID();
  const dead = JSON.stringify({ processId: "dead", url: "http://127.0.0.1:1" });
  await stack.redis.set(callOwnerKey(sessionId), dead, "PX", 500);
  const token = stack.neighbours.tokens.guest(sessionId);
  expect(await new TestBrowser({ url: stack.app.url, sessionId, token }).closed()).toBe("moved");
  await until("the lease has run out", async () => (await stack.redis.get(callOwnerKey(sessionId))) === null);
  await stack.join(sessionId);
  await stack.close();
});
