import { randomUUID } from "node:crypto";
import { MediaRequest } from "@greenroom/shared/protocol/media.ts";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RefusedError, TestBrowser } from "./testing/test-browser.ts";
import { TestStack } from "./testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => await stack.close());

const types = MediaRequest.anyOf.map(({ properties }) => properties.type.const);
type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

const strange: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  2 ** 53,
  "",
  "x".repeat(2_000),
  [],
  {},
  [null],
  [[]],
  { kind: "audio" },
  { toString: 1 },
  JSON.parse('{"__proto__":{"paused":true},"constructor":{"prototype":1}}'),
  JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`),
];

/** The value with a few of its leaves or branches replaced or taken away. */
function damaged(random: Random, value: unknown): unknown {
  const copy = structuredClone(value);
  for (let left = Math.floor(random() * 3); left > 0; left--) {
    let node = copy;
    while (typeof node === "object" && node !== null && Object.keys(node).length > 0) {
      const parent = node as Record<string, unknown>; // an array is one, too
      const key = pick(random, Object.keys(parent));
      if (random() < 0.3) {
        if (random() < 0.2) delete parent[key];
        else parent[key] = structuredClone(pick(random, strange));
        break;
      }
      node = parent[key];
    }
  }
  return copy;
}

/** What an attacker has seen, or guesses: everybody's ids, and good parameters to begin with. */
interface Loot {
  readonly ids: string[];
  /** The attacker's own, rightly. */
  readonly own: readonly string[];
  readonly participantIds: string[];
  readonly parameters: unknown[];
}

function anyFrame(random: Random, loot: Loot, id: number): object {
  const ids = random() < 0.02 ? [randomUUID(), "x", "../x"] : random() < 0.6 ? loot.own : loot.ids;
  const frame: Record<string, unknown> = {
    type: random() < 0.03 ? pick(random, ["welcome", "constructor", "__proto__"]) : pick(random, types),
    id,
    transportId: pick(random, ids),
    producerId: pick(random, ids),
    consumerId: pick(random, ids),
    participantId: pick(random, loot.participantIds),
    direction: pick(random, ["send", "receive"]),
    source: pick(random, ["microphone", "camera", "screen", "screen-audio"]),
    spatialLayer: Math.floor(random() * 3),
    temporalLayer: Math.floor(random() * 3),
    accessToken: "x.y.z",
  };
  for (const name of ["rtpParameters", "rtpCapabilities", "dtlsParameters"])
    if (random() < 0.98) frame[name] = damaged(random, pick(random, loot.parameters));
  return random() < 0.03 ? (damaged(random, frame) as object) : frame;
}

/** Sends many frames at once, some of them twice, and some that are none. @returns how many answers each id must get */
function attack(
  random: Random,
  browser: TestBrowser,
  { loot, first }: { loot: Loot; first: number },
): Map<number | null, number> {
  const expected = new Map<number | null, number>();
  let last = `{"type":"ping","id":${first}}`;
  const due = (id: number | null): void => void expected.set(id, (expected.get(id) ?? 0) + 1);
  for (let index = 0; index < 120; index++) {
    const roll = random();
    if (roll < 0.04) {
      browser.raw(pick(random, ["", "{", "null", '"ping"', "[]", "\u0000", "[".repeat(50_000)]));
      due(null);
      continue;
    }
    // A replay is a frame like any other.
    if (roll > 0.1) last = JSON.stringify(anyFrame(random, loot, first + index));
    browser.raw(last);
    const { id } = JSON.parse(last) as { id?: unknown };
    due(Number.isInteger(id) ? (id as number) : null);
  }
  return expected;
}

/** Two people who mind their own business in a room of their own. */
async function honestPair(sessionId: string) {
  const [ada, bo] = [await stack.join(sessionId, { role: "interviewer" }), await stack.join(sessionId)];
  const tracks = [await ada.produce("camera"), await ada.produce("microphone")];
  const news = [await bo.next("consumer", ({ source }) => source === "camera"), await bo.next("consumer")];
  for (const consumer of news) await bo.consume(consumer);
  return { ada, bo, tracks, consumerIds: news.map(({ consumerId }) => consumerId) };
}

it.each([1, 2])("[V3] whatever is sent, in whatever order, nothing crosses rooms or crashes: seed %i", async (seed) => {
  const random = randomFrom(seed);
  const [here, there] = [randomUUID(), randomUUID()];
  const [near, far] = [await honestPair(here), await honestPair(there)];
  const pairs = [near, far];
  const describe = () => [here, there].map((id) => stack.app.rooms.find(id)?.peers.map((peer) => peer.describe()));
  const before = describe();
  const worker = stack.app.workers.alive[0]!.worker;
  const loot = {
    ids: pairs.flatMap(({ ada, bo, tracks, consumerIds }) => [
      ada.send!.id,
      ada.receive!.id,
      bo.send!.id,
      bo.receive!.id,
      ...tracks.map((track) => track.id),
      ...consumerIds,
    ]),
    participantIds: pairs.flatMap(({ ada, bo }) => [ada.participantId, bo.participantId]),
    parameters: [
      ...near.tracks.map(({ rtpParameters }) => rtpParameters),
      { role: "client", fingerprints: [{ algorithm: "sha-256", value: "AA:".repeat(31) + "AA" }] },
      (await (await stack.open(randomUUID())).ask({ type: "probe" })).routerRtpCapabilities,
    ],
  };
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 10; round++) {
    // In the room of the one pair, as somebody who may not mute; or in a third room, as somebody who may.
    const isNear = random() < 0.6;
    const role = isNear ? pick(random, ["candidate", "observer"] as const) : "interviewer";
    const browser = await stack.open(isNear ? here : randomUUID(), { role });
    if (random() < 0.5) await browser.join();
    const own: string[] = [randomUUID()];
    if (browser.receive) own.push(browser.receive.id);
    if (browser.send) own.push(browser.send.id, browser.send.id, (await browser.produce("camera")).id);
    loot.ids.push(...own);
    const answeredBefore = browser.answers.length;
    const expected = attack(random, browser, { loot: { ...loot, own }, first: 1_000_000 });
    await browser.settled().catch(() => undefined);
    const answered = Map.groupBy(browser.answers.slice(answeredBefore), ({ id }) => id);
    for (const [id, answers] of answered)
      if (id === null || id >= 1_000_000)
        expect(answers.length, `answers to ${id}`).toBeLessThanOrEqual(expected.get(id) ?? 0);
    if (browser.isOpen)
      for (const [id, count] of expected) expect(answered.get(id)?.length, `answers to ${id}`).toBe(count);
    else expect(["bad-protocol", "rate-limited"]).toContain(await browser.closed());
    expect(browser.answers.map(({ code }) => code)).not.toContain("internal-error");
    for (const { code = "answered" } of browser.answers) outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    browser.terminate();
  }
  // It got somewhere.
  for (const outcome of ["answered", "unknown-id", "bad-parameters", "out-of-order", "not-allowed", "malformed-frame"])
    expect(outcomes.get(outcome), outcome).toBeGreaterThan(3);
  expect(stack.app.workers.alive[0]?.worker).toBe(worker);
  const known = new Set(loot.participantIds);
  expect(describe().map((peers) => peers?.filter(({ participantId }) => known.has(participantId)))).toEqual(before);
  // Nobody in the other room has heard of anything at all.
  const ofFar = new Set([far.ada.participantId, far.bo.participantId]);
  for (const browser of [far.ada, far.bo])
    for (const news of [
      ...browser.all("peer").map(({ peer }) => peer),
      ...browser.all("consumer"),
      ...browser.all("peer.left"),
    ])
      expect(ofFar).toContain(news.participantId);
  expect(far.bo.all("muted")).toEqual([]);
  // And all goes on.
  await near.ada.produce("screen");
  await near.bo.consume(await near.bo.next("consumer", ({ source }) => source === "screen"));
  for (const { ada, bo } of pairs) for (const browser of [ada, bo]) browser.terminate();
});

it.each([1, 2])(
  "whatever parameters mediasoup is given, the Worker lives and others are heard: seed %i",
  async (seed) => {
    const random = randomFrom(seed);
    const { ada, bo, tracks, consumerIds } = await honestPair(randomUUID());
    const [camera, microphone] = tracks.map(({ rtpParameters }) => rtpParameters);
    const { routerRtpCapabilities } = await (await stack.open(randomUUID())).ask({ type: "probe" });
    const fingerprint = { algorithm: "sha-256", value: Array.from({ length: 32 }, () => "AA").join(":") };
    const worker = stack.app.workers.alive[0]!.worker;
    const codes = new Map<string, number>();
    const count = (code: string): void => void codes.set(code, (codes.get(code) ?? 0) + 1);
    const anything = (value: unknown) => damaged(random, damaged(random, value)) as Record<string, unknown>; // or not even that
    const browser = await stack.join(randomUUID());
    for (let index = 0; index < 100; index++) {
      const source = pick(random, ["microphone", "camera"] as const);
      const rtpParameters = anything(source === "camera" ? camera : microphone);
      const asked = { type: "produce", transportId: browser.send!.id, source, rtpParameters } as const;
      const answer = await browser.ask(asked).catch((error: RefusedError) => error.code);
      count(typeof answer === "string" ? answer : "answered");
      if (typeof answer !== "string") await browser.ask({ type: "producer.close", producerId: answer.producerId });
    }
    for (let index = 0; index < 10; index++) {
      const viewer = await stack.open(randomUUID());
      await viewer.ask({ type: "join" });
      const rtpCapabilities = anything(routerRtpCapabilities);
      const asked = { type: "transport.create", direction: "receive", rtpCapabilities } as const;
      const made = await viewer.ask(asked).catch((error: RefusedError) => error.code);
      count(typeof made === "string" ? made : "answered");
      if (typeof made === "string") continue;
      const dtlsParameters = anything({ role: "client", fingerprints: [fingerprint] });
      count(await viewer.refused({ type: "transport.connect", transportId: made.transportId, dtlsParameters }));
      viewer.terminate();
    }
    expect(codes.get("answered")).toBeGreaterThan(10);
    expect(codes.get("bad-parameters")).toBeGreaterThan(10);
    expect(codes.get("internal-error")).toBeUndefined();
    expect(stack.app.workers.alive[0]?.worker).toBe(worker);
    for (const consumerId of consumerIds) await bo.ask({ type: "consumer.resume", consumerId });
    for (const each of [ada, bo, browser]) each.terminate();
  },
);
