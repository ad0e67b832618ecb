import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { ExecutorStatus, executorStatusKey } from "@greenroom/shared/jobs/run-stream.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import type { Redis } from "ioredis";
import { Value } from "typebox/value";

const imagesWithinMs = 300_000;

/** The executor as it is started anywhere, as a process: services never import each other. */
export class RealExecutor {
  readonly #child: ChildProcess;
  readonly #redis: Redis;

  private constructor(child: ChildProcess, redis: Redis) {
    this.#child = child;
    this.#redis = redis;
  }

  /** Started, and ready for these languages. */
  static async create(options: {
    redis: Redis;
    redisUrl: string;
    languages: readonly LanguageId[];
  }): Promise<RealExecutor> {
    const child = spawn(process.execPath, [fileURLToPath(new URL("../../../executor/src/main.ts", import.meta.url))], {
      env: {
        PATH: process.env["PATH"],
        REDIS_URL: options.redisUrl,
        PORT: "0",
        LOG_LEVEL: process.env["TEST_LOG_LEVEL"] ?? "fatal",
        DOCKER_SOCKET: engineSocketPath(),
        SANDBOX_LABEL: `judge-test-${randomUUID()}`,
        SANDBOX_LANGUAGES: options.languages.join(","),
        ...(process.env["SANDBOX_BASE_IMAGE"] ? { SANDBOX_BASE_IMAGE: process.env["SANDBOX_BASE_IMAGE"] } : {}),
      },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const executor = new RealExecutor(child, options.redis);
    const areReady = async (): Promise<boolean> => {
      const ready = new Set((await executor.#statuses()).flatMap((status) => status.ready));
      return options.languages.every((language) => ready.has(language));
    };
    await until("the executor is ready", areReady, { withinMs: imagesWithinMs, everyMs: 100 });
    return executor;
  }

  async #statuses(): Promise<ExecutorStatus[]> {
    const all = await this.#redis.hvals(executorStatusKey);
    return all.map((text) => Value.Parse(ExecutorStatus, JSON.parse(text)));
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await exited;
  }
}
