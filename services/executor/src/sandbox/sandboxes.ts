import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultCompileLimits, defaultRunLimits, limitTable } from "@greenroom/shared/jobs/limits.ts";
import type { Family } from "../runtimes.ts";
import { RunError } from "../run/run-error.ts";
import { isGvisor } from "./container-options.ts";
import type { DockerEngine } from "./docker-sandbox.ts";
import type { Images } from "./images.ts";
import { Sandbox } from "./sandbox.ts";

/** How long a run waits for an image that is still being built; callers should not have sent it. */
const imageWithinMs = 15_000;
/** An engine that needs longer than this to start a container is of no use. */
const startWithinMs = 15_000;

/**
 * Users of a sandbox: its runs count up from a random multiple of ten thousand above a million. The kernel counts
 * processes by user across containers, so two sandboxes had better not share them; the highest id is below 2^31.
 */
const firstUserOfAll = 1_000_000;
const usersEach = 10_000;
const userRanges = 200_000;

/** How sandboxes are started: on which engine, from which images, with what. */
export interface SandboxSource {
  readonly engine: DockerEngine;
  readonly images: Images;
  readonly installation: string;
  readonly executorId: string;
  readonly cpus: number;
  readonly runtime: string | undefined;
  /** Why the engine cannot be used; undefined when it can. */
  readonly unavailable: () => string | undefined;
}

/** Starts a sandbox that nobody has used. Rejects with a RunError: `engine-unavailable` or `runtime-not-ready`. */
export async function startSandbox(source: SandboxSource, family: Family): Promise<Sandbox> {
  const unavailable = source.unavailable();
  if (unavailable !== undefined) throw new RunError("engine-unavailable", unavailable);
  const image = await source.images.get(family, imageWithinMs);
  const starting = startFrom(source, family, image);
  const started = await Promise.race([starting, sleep(startWithinMs, undefined, { ref: false })]);
  if (started) return started;
  // Should it come after all, nobody waits for it any more.
  starting.then((late) => late.close()).catch(() => undefined);
  throw new RunError("engine-unavailable", `The engine has not started a sandbox within ${startWithinMs / 1000} s.`);
}

/** What most runs need; more is allowed when a run asks for it, which gVisor cannot do: there, it is the most at once. */
function firstMemoryKib(family: Family, runtime: string | undefined): number {
  if (isGvisor(runtime)) return Math.max(limitTable.memoryKib.run.ceiling, limitTable.memoryKib.compile.ceiling);
  return Math.max(defaultRunLimits.memoryKib, family === "python" ? 0 : defaultCompileLimits.memoryKib);
}

async function startFrom(source: SandboxSource, family: Family, image: string): Promise<Sandbox> {
  const memoryKib = firstMemoryKib(family, source.runtime);
  try {
    const container = await source.engine.startSandbox({
      image,
      installation: source.installation,
      executorId: source.executorId,
      memoryKib,
      cpus: source.cpus,
      firstUser: firstUserOfAll + usersEach * randomInt(userRanges),
      runtime: source.runtime,
    });
    return await Sandbox.create({ container, family, memoryKib });
  } catch (error) {
    if (error instanceof RunError) throw error;
    // Somebody may have removed the image: it is looked for, and built again, at the next chance.
    source.images.forget(family);
    throw new RunError("engine-unavailable", "The engine could not start a sandbox.", error);
  }
}
