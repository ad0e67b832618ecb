import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Caller, freeRun, TestGround, type TestJudge } from "./testing/start-judge.ts";

let ground: TestGround;
let judge: TestJudge;

beforeAll(async () => {
  ground = await TestGround.create();
  judge = await ground.startJudge();
});
afterAll(() => ground.close());

const run = (caller: Caller) => caller.send("POST", "/api/runs", { body: freeRun("1") });
const endNext = async () => (await ground.executor.take()).end();

it("refuses who has no good key, and asks auth once about a key that many calls come with", async () => {
  const { secret } = ground.auth.addKey();
  for (const wrong of [undefined, "gr_short", `gr_${"x".repeat(43)}`, secret.slice(0, -1)]) {
    const caller = new Caller(judge, wrong);
    for (const path of ["/api/languages", "/api/v2/runtimes"]) {
      const refused = await caller.call("GET", path);
      expect(refused).toMatchObject({ status: 401, code: "unauthenticated", message: expect.any(String) as string });
    }
    expect(await caller.call("POST", "/api/v2/execute", {})).toMatchObject({ status: 401 });
  }
  const before = ground.auth.asked;
  const caller = new Caller(judge, secret);
  const answers = await Promise.all(Array.from({ length: 20 }, () => caller.call("GET", "/api/languages")));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(ground.auth.asked - before).toBe(1);
});

it("lets a revoked key in no longer than five seconds", async () => {
  const { secret } = ground.auth.addKey();
  const caller = new Caller(judge, secret);
  expect((await caller.call("GET", "/api/languages")).status).toBe(200);
  ground.auth.revoke(secret);
  const isOut = async () => (await caller.call("GET", "/api/languages")).status === 401;
  await until("it is refused", isOut, { withinMs: 5_000, everyMs: 100 });
});

it("answers unavailable while keys cannot be checked, and remembers no such answer", async () => {
  const lonely = await ground.startJudge({ AUTH_URL: "http://127.0.0.1:9" });
  const { secret } = ground.auth.addKey();
  expect(await new Caller(lonely, secret).call("GET", "/api/languages")).toMatchObject({
    status: 503,
    code: "unavailable",
  });
});

it("counts a key's runs in a minute for all processes together, and says when to come again", async () => {
  const other = await ground.startJudge();
  const { secret } = ground.auth.addKey({ runsPerMinute: 3 });
  // It may become the next minute in between.
  await until("a minute's allowance is used up", async () => {
    const answers = await Promise.all([judge, other, judge, other].map((one) => run(new Caller(one, secret))));
    for (const answer of answers) if (answer.ok) await endNext();
    const refused = answers.filter(({ ok }) => !ok);
    expect(refused.every(({ status }) => status === 429)).toBe(true);
    if (refused.length === 0) return false;
    const seconds = Number(refused[0]?.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await refused[0]?.json()).toMatchObject({ code: "rate-limited" });
    return true;
  });
});

it("counts a key's runs of a day", async () => {
  const caller = new Caller(judge, ground.auth.addKey({ runsPerDay: 1 }).secret);
  expect((await run(caller)).status).toBe(200);
  await endNext();
  const refused = await run(caller);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: "quota-used-up" });
});

it("counts a key's runs going on, and lets the next one in as soon as one is known to have ended", async () => {
  const caller = new Caller(judge, ground.auth.addKey({ runsAtOnce: 1 }).secret);
  for (let round = 0; round < 5; round++) {
    const ended = caller.run(freeRun("1"), { wait: 10 });
    const played = await ground.executor.take();
    expect(await caller.run(freeRun("2"))).toMatchObject({ status: 429, code: "rate-limited" });
    played.end();
    expect(await ended).toMatchObject({ status: 200, state: "ended" });
  }
});

it("takes no more runs of programs when they fill four fifths of the queue", async () => {
  const small = await ground.startJudge({ RUNS_WAITING_MAX: 5 });
  const caller = new Caller(small, ground.auth.addKey().secret);
  const going = [await run(caller), await run(caller)];
  const played = [await ground.executor.take(), await ground.executor.take()];
  for (let waiting = 0; waiting < 4; waiting++) expect((await run(caller)).status).toBe(200);
  const refused = await run(caller);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).not.toBeNull();
  expect(await refused.json()).toMatchObject({ code: "queue-full" });
  expect(going.every(({ ok }) => ok)).toBe(true);
  for (const one of played) one.end();
  for (let waiting = 0; waiting < 4; waiting++) await endNext();
});

it("lets in whoever has no key only where that is set, each call as a trust domain of its own, within its own bounds", async () => {
  const open = await ground.startJudge({ KEYLESS_RUNS: "on", KEYLESS_RUNS_AT_ONCE: 2 });
  const nobody = new Caller(open);
  const [one, two] = [await nobody.run(freeRun("1")), await nobody.run(freeRun("2"))];
  expect(await nobody.run(freeRun("3"))).toMatchObject({ status: 429, code: "rate-limited" });
  const played = [await ground.executor.take(), await ground.executor.take()];
  expect(played.map(({ job }) => job.trustDomain).sort()).toEqual([one, two].map((run) => `call:${run.runId}`).sort());
  for (const run of played) run.end();
  expect(await nobody.call("GET", `/api/runs/${one.runId}?wait=10`)).toMatchObject({ state: "ended" });
  // A key's runs are not nobody's, and a wrong key is no key.
  const { runId } = await new Caller(open, ground.auth.addKey().secret).run(freeRun("4"));
  await endNext();
  expect(await nobody.call("GET", `/api/runs/${runId}`)).toMatchObject({ status: 404 });
  expect(await new Caller(open, `gr_${"x".repeat(43)}`).call("GET", "/api/languages")).toMatchObject({ status: 401 });
  const callback = await nobody.run(freeRun("5", { callback: "https://ci.example.com/" }));
  expect(callback).toMatchObject({ status: 400, code: "callback-not-allowed" });
});

it("counts runs without a key by network address, an IPv6 subscriber's as one", async () => {
  const open = await ground.startJudge({ KEYLESS_RUNS: "on", KEYLESS_RUNS_PER_MINUTE: 2 });
  const nobody = new Caller(open);
  const from = (address: string) =>
    nobody.send("POST", "/api/runs", { body: freeRun("1"), headers: { "x-forwarded-for": address } });
  await until("an address's allowance is used up, and another's is not", async () => {
    const answers = [];
    for (const address of ["2001:db8:1:2::1", "2001:db8:1:2:3::1", "2001:db8:1:2:4::1", "2001:db8:1:3::1"]) {
      const answer = await from(address);
      answers.push(answer.status);
      if (answer.ok) await endNext();
    }
    expect(answers.at(-1)).toBe(200);
    return answers[2] === 429;
  });
});
