import { createLogger } from "@greenroom/shared/node/logger.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestJudge } from "../testing/test-judge.ts";
import { SandboxPool } from "./pool.ts";
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

function createPool(options: { warm?: number; max?: number; idleMs?: number }): SandboxPool {
  const pool = new SandboxPool({
    start: (family) => startSandbox(judge.source, family),
    logger,
    warm: options.warm ?? 0,
    max: options.max ?? 8,
    idleMs: options.idleMs ?? 60_000,
  });
  pools.push(pool);
  return pool;
}

const take = (pool: SandboxPool, trustDomain: string) => pool.take({ family: "python", trustDomain });
const alive = async (id: string): Promise<boolean> => (await judge.containerIds()).includes(id);

it("keeps one warm, hands it out at once, and makes the next", async () => {
  const pool = createPool({ warm: 1 });
  pool.keepWarm("python");
  await expect.poll(() => pool.size, { timeout: 5_000 }).toBe(1);
  const sandbox = await take(pool, "a");
  expect(pool.size).toBe(1);
  await expect.poll(() => pool.size, { timeout: 5_000 }).toBe(2);
  pool.giveBack(sandbox);
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
  pool.giveBack(a);
  const b = await take(pool, "b");
  pool.giveBack(b);
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
  pool.giveBack(a);
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
