import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import { defaultCompileLimits, defaultRunLimits, type RunLimits } from "@greenroom/shared/jobs/limits.ts";
import { OutputChunk, runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import type { GradedTask, RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { CaseResult, type RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { coreLanguages } from "@greenroom/shared/languages/core.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";
import { createTestRedis } from "@greenroom/shared/testing/redis.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { Redis } from "ioredis";
import { Value } from "typebox/value";
import { executeRun } from "../run/execute-run.ts";
import { RunOutput } from "../run/output.ts";
import type { RunContext } from "../run/run-context.ts";
import { familiesOf, type Family, runtimes } from "../runtimes.ts";
import { DockerEngine } from "../sandbox/docker-sandbox.ts";
import { Images } from "../sandbox/images.ts";
import { SandboxPool } from "../sandbox/pool.ts";
import { type SandboxSource, startSandbox } from "../sandbox/sandboxes.ts";

export const testBaseImage = process.env["SANDBOX_BASE_IMAGE"] ?? "debian:trixie-slim";

export interface TestRun {
  language: LanguageId;
  source: string;
  stdin?: string;
  limits?: Partial<RunLimits>;
  /** A session of its own unless told otherwise. */
  trustDomain?: string;
  stop?: AbortSignal;
}

/** A graded run: a program, and whatever of the task is not as usual. */
export interface TestGrading {
  language: LanguageId;
  source: string;
  /** Each as its input, what is expected, and whether it is hidden. */
  cases: readonly (readonly [input: string, expected: string, hidden?: "hidden"])[];
  task?: Partial<Omit<GradedTask, "kind" | "cases">>;
  limits?: Partial<RunLimits>;
  trustDomain?: string;
  stop?: AbortSignal;
}

/** A run's result, and its output put together again from the chunks in Redis. */
export interface TestRunEnd extends RunResult {
  stdout: string;
  stderr: string;
  compile: string;
  /** The cases that went by in the stream. */
  streamed: CaseResult[];
}

/** Everything below the queue: the engine, real images, a pool, and a Redis for the output. */
export class TestJudge {
  readonly engine = new DockerEngine(engineSocketPath());
  readonly source: SandboxSource;
  readonly pool: SandboxPool;
  readonly redis: Redis;
  readonly #logger = createLogger("test", "fatal");
  readonly #images: Images;
  readonly #closeRedis: () => Promise<void>;

  private constructor(
    redis: { url: string; close: () => Promise<void> },
    offered: readonly LanguageId[],
    runtime: string | undefined,
  ) {
    const logger = this.#logger;
    const wanted = familiesOf(offered);
    this.#images = new Images({ engine: this.engine, baseImage: testBaseImage, offered: wanted, logger });
    this.source = {
      engine: this.engine,
      images: this.#images,
      installation: `test-${randomUUID()}`,
      executorId: "test",
      cpus: 1,
      runtime,
      unavailable: () => undefined,
    };
    const start = (family: Family) => startSandbox(this.source, family);
    this.pool = new SandboxPool({ start, logger, warm: 1, max: 12, idleMs: 60_000 });
    this.redis = new Redis(redis.url);
    this.#closeRedis = redis.close;
  }

  /** Builds the images that are missing: minutes on a machine that has none. */
  static async create(
    offered: readonly LanguageId[] = coreLanguages.map(({ id }) => id),
    runtime: string | undefined = process.env["SANDBOX_RUNTIME"] || undefined,
  ): Promise<TestJudge> {
    const judge = new TestJudge(await createTestRedis(), offered, runtime);
    await judge.#images.prepare();
    if (judge.#images.problem !== undefined) throw new Error(judge.#images.problem);
    return judge;
  }

  /** Starts a run; `runId` says where its output appears. */
  start(run: TestRun): { runId: string; end: Promise<TestRunEnd> } {
    const job = this.freeJob(run);
    return { runId: job.runId, end: this.execute(job, run) };
  }

  freeJob(run: TestRun): RunJob {
    const runId = randomUUID();
    return freeRun({ trustDomain: `session:${runId}`, ...run, runId });
  }

  /** Grades a program; lines are compared unless the task says otherwise. */
  grade(run: TestGrading): Promise<TestRunEnd> {
    return this.startGrading(run).end;
  }

  startGrading(run: TestGrading): { runId: string; end: Promise<TestRunEnd> } {
    const job = this.gradedJob(run);
    return { runId: job.runId, end: this.execute(job, run) };
  }

  gradedJob(run: TestGrading): RunJob {
    const runId = randomUUID();
    const { files } = freeRun({ ...run, runId, trustDomain: "" }).program;
    return {
      runId,
      trustDomain: run.trustDomain ?? `session:${runId}`,
      program: { language: run.language, files },
      task: {
        kind: "graded",
        style: { kind: "stdin" },
        checker: { kind: "lines" },
        cases: run.cases.map(([input, expected, hidden]) => ({ input, expected, visibility: hidden ?? "visible" })),
        stopAtFirstFailure: false,
        authorDomain: "problem:test",
        seed: 1,
        ...run.task,
      },
      limits: { compile: defaultCompileLimits, run: { ...defaultRunLimits, ...run.limits } },
    };
  }

  run(run: TestRun): Promise<TestRunEnd> {
    return this.start(run).end;
  }

  async chunks(runId: string): Promise<OutputChunk[]> {
    return (await this.#entries(runId, "chunk")).map((value) => Value.Parse(OutputChunk, value));
  }

  /** Has so many sandboxes ready that nobody has used; nothing is made in their place when they are taken. */
  async prewarm(family: Family, count: number): Promise<void> {
    const take = () => this.pool.take({ family, trustDomain: `nobody:${randomUUID()}`, fresh: true });
    const taken = await Promise.all(Array.from({ length: count }, take));
    for (const sandbox of taken) this.pool.giveBack(sandbox);
  }

  /** Waits until no sandbox is on its way in or out. */
  async settled(): Promise<void> {
    await until("no sandbox is on its way", async () => {
      const isQuiet = this.pool.stats().every(({ state }) => state !== "starting" && state !== "wiping");
      return isQuiet && (await this.containerIds()).length === this.pool.size;
    });
  }

  /** The containers of this judge on the engine. */
  async containerIds(): Promise<string[]> {
    const found = await this.engine.findSandboxes(this.source.installation);
    return found.map((sandbox) => sandbox.containerId);
  }

  /** The size of a language's image; undefined when it is not built. */
  async imageBytes(language: LanguageId): Promise<number | undefined> {
    const tag = this.#images.find(runtimes[language].family);
    if (tag === undefined) return undefined;
    return this.engine.imageBytes(tag);
  }

  async close(): Promise<void> {
    await this.pool.close();
    this.redis.disconnect();
    await this.#closeRedis();
  }

  /** Carries out a job as the worker does, without the queue, and reads back what it put out. */
  async execute(job: RunJob, how: { stop?: AbortSignal; orders?: RunContext["orders"] } = {}): Promise<TestRunEnd> {
    const { runId } = job;
    const result = await this.carryOut(job, how);
    const chunks = await this.chunks(runId);
    const text = (stream: OutputChunk["stream"]): string =>
      chunks
        .filter((chunk) => chunk.stream === stream)
        .map((chunk) => chunk.text)
        .join("");
    const streamed = await this.#streamed(runId);
    return { ...result, stdout: text("stdout"), stderr: text("stderr"), compile: text("compile"), streamed };
  }

  /** The same without reading back: everything that a run costs below the queue, and nothing else. */
  async carryOut(job: RunJob, how: { stop?: AbortSignal; orders?: RunContext["orders"] } = {}): Promise<RunResult> {
    const output = await RunOutput.create({ redis: this.redis, runId: job.runId, again: false });
    const end = await executeRun({
      job,
      pool: this.pool,
      output,
      ...(how.orders ? { orders: how.orders } : {}),
      stop: how.stop ?? new AbortController().signal,
      equipment: async () => ({ languageVersion: "1", image: "sha256:0", runtime: "runc" }),
      logger: this.#logger,
    });
    return { ...end, chunks: await output.close() };
  }

  async #entries(runId: string, field: "chunk" | "case"): Promise<unknown[]> {
    const entries = await this.redis.xrange(runOutputKey(runId), "-", "+");
    return entries.flatMap(([, [name, value]]) => (name === field ? [JSON.parse(value ?? "")] : []));
  }

  async #streamed(runId: string): Promise<CaseResult[]> {
    return (await this.#entries(runId, "case")).map((value) => Value.Parse(CaseResult, value));
  }
}
