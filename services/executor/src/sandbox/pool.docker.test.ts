import { createLogger } from "@greenroom/shared/node/logger.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestJudge } from "../testing/test-judge.ts";
import { type PoolOptions, SandboxPool } from "./pool.ts";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./sandboxes.ts";
import { sweepSandboxes } from "./sweep.ts";

const logger = createLogger("test", "fatal");
const pools: SandboxPool[] = [];
let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await judge.close();
});

function createPool(options: Partial<Omit<PoolOptions, "logger">>): SandboxPool {
  const pool = new SandboxPool({
    start: (family) => startSandbox(judge.source, family),
    warm: 0,
    max: 8,
    idleMs: 60_000,
    ...options,
    logger,
  });
  pools.push(pool);
  return pool;
}

const take = (pool: SandboxPool, trustDomain: string) => pool.take({ family: "python", trustDomain });
const takeFresh = (pool: SandboxPool, trustDomain: string) => pool.take({ family: "python", trustDomain, fresh: true });
const runSomething = (sandbox: Sandbox) =>
  sandbox.run(
    {
      argv: ["/bin/true"],
      environment: {},
      files: [],
      input: { kind: "given", bytes: "" },
      user: "same",
      limits: {
        wallMs: 5_000,
        cpuMs: 5_000,
        memoryKib: 65_536,
        outputBytes: 1_000,
        processes: 8,
        fileBytes: 1_000,
        openFiles: 64,
        stackKib: 8_192,
      },
    },
    () => undefined,
  );
const useUp = async (pool: SandboxPool, sandbox: Sandbox): Promise<void> => {
  await runSomething(sandbox);
  pool.giveBack(sandbox);
};
const states = (pool: SandboxPool): string[] =>
  pool
    .stats()
    .map(({ state, count }) => `${state} ${count}`)
    .toSorted();
const alive = async (id: string): Promise<boolean> => (await judge.containerIds()).includes(id);

it("keeps one warm, hands it out at once, and makes the next", async () => {
  const pool = createPool({ warm: 1 });
  pool.keepWarm("python");
  await expect.poll(() => pool.size, { timeout: 5_000 }).toBe(1);
  const sandbox = await take(pool, "a");
  expect(pool.size).toBe(1);
  await expect.poll(() => pool.size, { timeout: 5_000 }).toBe(2);
  await useUp(pool, sandbox);
  expect(await take(pool, "a")).toBe(sandbox);
  expect(await take(pool, "b")).not.toBe(sandbox);
  await pool.close();
});

it("gives a domain that runs two things at once two sandboxes", async () => {
  const pool = createPool({});
  const [one, two] = await Promise.all([take(pool, "a"), take(pool, "a")]);
  expect(one).not.toBe(two);
  await pool.close();
});

it("removes the sandbox that has been idle the longest when there are enough", async () => {
  const pool = createPool({ max: 2 });
  const a = await take(pool, "a");
  await useUp(pool, a);
  const b = await take(pool, "b");
  await useUp(pool, b);
  const c = await take(pool, "c");
  await expect.poll(() => alive(a.containerId), { timeout: 5_000 }).toBe(false);
  expect(await alive(b.containerId)).toBe(true);
  expect(pool.size).toBe(2);
  pool.giveBack(c);
  await pool.close();
});

it("removes a domain's sandbox that nobody has used for long", async () => {
  const pool = createPool({ idleMs: 100 });
  const a = await take(pool, "a");
  await useUp(pool, a);
  await expect.poll(() => alive(a.containerId), { timeout: 5_000 }).toBe(false);
  expect(pool.size).toBe(0);
});

it("never takes a busy sandbox away", async () => {
  const pool = createPool({ max: 1 });
  const a = await take(pool, "a");
  const b = await take(pool, "b");
  expect(a.usable && b.usable).toBe(true);
  expect(pool.size).toBe(2);
  await pool.close();
});

it("gives a graded run a sandbox that has run nothing, and its domain that sandbox for other runs afterwards", async () => {
  const pool = createPool({});
  const used = await take(pool, "a");
  await useUp(pool, used);
  await expect.poll(() => states(pool)).toEqual(["idle 1"]);
  const fresh = await takeFresh(pool, "a");
  expect(fresh).not.toBe(used);
  await useUp(pool, fresh);
  await expect.poll(() => states(pool)).toEqual(["idle 2"]);
  expect(await takeFresh(pool, "a")).not.toBe(fresh);
  expect([used, fresh]).toContain(await take(pool, "a"));
  await pool.close();
});

it("hands a sandbox that nobody has been in to anybody", async () => {
  const pool = createPool({});
  const unused = await takeFresh(pool, "a");
  pool.giveBack(unused);
  expect(states(pool)).toEqual(["warm 1"]);
  expect(await takeFresh(pool, "b")).toBe(unused);
  await pool.close();
});

it("lets a domain keep no more sandboxes between its runs than its share", async () => {
  const pool = createPool({ maxIdlePerDomain: 1 });
  const two = await Promise.all([take(pool, "a"), take(pool, "a")]);
  await Promise.all(two.map((sandbox) => useUp(pool, sandbox)));
  await expect.poll(() => states(pool)).toEqual(["idle 1"]);
  await pool.close();
});

it("gives whoever waits what comes first: a new sandbox, or their domain's own", async () => {
  const held: (() => void)[] = [];
  const pool = createPool({
    start: async (family) => {
      const sandbox = await startSandbox(judge.source, family);
      if (held.length < 1) await new Promise<void>((resolve) => held.push(resolve));
      return sandbox;
    },
  });
  const first = take(pool, "a");
  await expect.poll(() => held.length, { timeout: 5_000 }).toBe(1);
  const own = take(pool, "a");
  // The second start overtakes the first, and serves whoever waited longer.
  const sandbox = await first;
  await useUp(pool, sandbox);
  expect(await own).toBe(sandbox);
  expect(states(pool)).toEqual(["busy 1", "starting 1"]);
  for (const go of held) go();
  await expect.poll(() => states(pool)).toEqual(["busy 1", "warm 1"]);
  await pool.close();
});

it("tells whoever waits that none could be started, and serves the next", async () => {
  let broken = true;
  const pool = createPool({
    start: (family) => (broken ? Promise.reject(new Error("no engine")) : startSandbox(judge.source, family)),
  });
  const refused = await Promise.allSettled([take(pool, "a"), take(pool, "b")]);
  expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  broken = false;
  expect((await take(pool, "a")).usable).toBe(true);
  await pool.close();
});

it("keeps more warm where they were lacking", async () => {
  const pool = createPool({ warm: 1 });
  pool.keepWarm("python");
  await Promise.all(["a", "b", "c"].map((domain) => take(pool, domain)));
  await expect.poll(() => states(pool), { timeout: 10_000 }).toEqual(["busy 3", "warm 4"]);
  await pool.close();
});

it("makes room for warm ones from what has been idle longest", async () => {
  const pool = createPool({ warm: 1, max: 2 });
  const one = await take(pool, "a");
  await useUp(pool, one);
  const two = await take(pool, "b");
  await useUp(pool, two);
  pool.keepWarm("python");
  await expect.poll(() => states(pool), { timeout: 5_000 }).toEqual(["idle 1", "warm 1"]);
  expect([one.usable, two.usable]).toEqual([false, true]);
  await pool.close();
});

it("replaces a warm sandbox that was lost", async () => {
  const pool = createPool({ warm: 1 });
  pool.keepWarm("python");
  await expect.poll(() => states(pool), { timeout: 5_000 }).toEqual(["warm 1"]);
  const before = await judge.containerIds();
  for (const id of before) await judge.engine.removeContainer(id);
  const isNew = async (): Promise<boolean> => (await judge.containerIds()).some((id) => !before.includes(id));
  await expect.poll(async () => (await isNew()) && states(pool).join(), { timeout: 10_000 }).toBe("warm 1");
  await pool.close();
});

it("sweeps what dead executors of the same installation left, and nothing else", async () => {
  const stranger = await startSandbox(
    { ...judge.source, installation: `${judge.source.installation}-other` },
    "python",
  );
  const dead = await startSandbox({ ...judge.source, executorId: "dead" }, "python");
  const living = await startSandbox({ ...judge.source, executorId: "living" }, "python");
  const swept = await sweepSandboxes({
    engine: judge.engine,
    installation: judge.source.installation,
    living: new Set(["living", "test"]),
    logger,
  });
  expect(swept).toBe(1);
  await expect.poll(() => dead.usable).toBe(false);
  expect(await alive(living.containerId)).toBe(true);
  expect(stranger.usable).toBe(true);
  await Promise.all([stranger.close(), dead.close(), living.close()]);
});
