import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";
import { OutputChunk, runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";
import { createTestRedis } from "@greenroom/shared/testing/redis.ts";
import { Redis } from "ioredis";
import { Value } from "typebox/value";
import { executeRun } from "../run/execute-run.ts";
import { RunOutput } from "../run/output.ts";
import type { Family } from "../runtimes.ts";
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

/** A run's result, and its output put together again from the chunks in Redis. */
export interface TestRunEnd extends RunResult {
  stdout: string;
  stderr: string;
  compile: string;
}

/** Everything below the queue: the engine, real images, a pool, and a Redis for the output. */
export class TestJudge {
  readonly engine = new DockerEngine(engineSocketPath());
  readonly source: SandboxSource;
  readonly pool: SandboxPool;
  readonly redis: Redis;
  readonly #images: Images;
  readonly #closeRedis: () => Promise<void>;

  private constructor(redis: { url: string; close: () => Promise<void> }) {
    const logger = createLogger("test", "fatal");
    this.#images = new Images({ engine: this.engine, baseImage: testBaseImage, logger });
    this.source = {
      engine: this.engine,
      images: this.#images,
      installation: `test-${randomUUID()}`,
      executorId: "test",
      cpus: 1,
      runtime: undefined,
      unavailable: () => undefined,
    };
    const start = (family: Family) => startSandbox(this.source, family);
    this.pool = new SandboxPool({ start, logger, warm: 1, max: 12, idleMs: 60_000 });
    this.redis = new Redis(redis.url);
    this.#closeRedis = redis.close;
  }

  /** Builds the images that are missing: minutes on a machine that has none. */
  static async create(): Promise<TestJudge> {
    const judge = new TestJudge(await createTestRedis());
    await judge.#images.prepare();
    if (judge.#images.problem !== undefined) throw new Error(judge.#images.problem);
    return judge;
  }

  /** Starts a run; `runId` says where its output appears. */
  start(run: TestRun): { runId: string; end: Promise<TestRunEnd> } {
    const runId = randomUUID();
    return { runId, end: this.#run(runId, run) };
  }

  run(run: TestRun): Promise<TestRunEnd> {
    return this.start(run).end;
  }

  async chunks(runId: string): Promise<OutputChunk[]> {
    const entries = await this.redis.xrange(runOutputKey(runId), "-", "+");
    return entries.map(([, fields]) => Value.Parse(OutputChunk, JSON.parse(fields[1] ?? "")));
  }

  /** The containers of this judge on the engine. */
  async containerIds(): Promise<string[]> {
    const found = await this.engine.findSandboxes(this.source.installation);
    return found.map((sandbox) => sandbox.containerId);
  }

  async close(): Promise<void> {
    await this.pool.close();
    this.redis.disconnect();
    await this.#closeRedis();
  }

  async #run(runId: string, run: TestRun): Promise<TestRunEnd> {
    const output = await RunOutput.create({ redis: this.redis, runId, again: false });
    const end = await executeRun({
      job: freeRun({ trustDomain: `session:${runId}`, ...run, runId }),
      pool: this.pool,
      output,
      stop: run.stop ?? new AbortController().signal,
    });
    const count = await output.close();
    const chunks = await this.chunks(runId);
    const text = (stream: OutputChunk["stream"]): string =>
      chunks
        .filter((chunk) => chunk.stream === stream)
        .map((chunk) => chunk.text)
        .join("");
    return { ...end, chunks: count, stdout: text("stdout"), stderr: text("stderr"), compile: text("compile") };
  }
}
