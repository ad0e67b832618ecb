import { ApiError } from "@greenroom/shared/api/error.ts";
import type { Program } from "@greenroom/shared/jobs/program.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { KeyCaller } from "@greenroom/shared/node/add-route.ts";
import type { Context } from "./context.ts";
import type { Door } from "./metrics.ts";
import { refuseExcess } from "./run/find-excess.ts";
import { priorityOf, type RunFacts } from "./run/run-facts.ts";
import type { FollowedRun } from "./run/runs.ts";

export interface NewRunFacts {
  readonly caller: KeyCaller;
  readonly door: Door;
  readonly runId: string;
  readonly program: Program;
  readonly task: RunJob["task"];
  readonly limits: RunJob["limits"];
  readonly isBatch: boolean;
  readonly callbackUrl: string | undefined;
}

export interface BegunRun {
  readonly facts: RunFacts;
  readonly followed: FollowedRun;
}

/** Those whose programs may follow each other in one sandbox: one key's, or one call's. */
export function trustDomainOf(caller: KeyCaller, runId: string): string {
  return caller.kind === "key" ? `key:${caller.key.keyId}` : `call:${runId}`;
}

/** Whose checkers and interactors may follow each other: never in the domain of the programs they look at. */
export function authorDomainOf(caller: KeyCaller, runId: string): string {
  return `author:${trustDomainOf(caller, runId)}`;
}

/**
 * Begins a run of a program's, when it may be begun: throws the ApiError that says why not.
 *
 * @returns undefined when there is a run with this id already
 */
export async function beginRun(context: Context, run: NewRunFacts): Promise<BegunRun | undefined> {
  const { caller, runId, program, task, limits, callbackUrl } = run;
  refuseExcess(run);
  const callback = callbackUrl === undefined ? null : allowedCallback(context, caller, callbackUrl);
  requireLanguage(context, program.language);
  const countedIn = await context.allowance.take(caller, runId);
  const facts: RunFacts = {
    runId,
    keyId: caller.kind === "key" ? caller.key.keyId : null,
    trustDomain: trustDomainOf(caller, runId),
    program,
    task,
    limits,
    countedIn,
    priority: priorityOf(run.isBatch),
    createdAt: Date.now(),
    callback,
  };
  const stopTimer = context.metrics.began(run.door, program.language);
  try {
    const followed = await context.runs.start(facts);
    if (!followed) return undefined;
    void followed.ended.then(stopTimer);
    return { facts, followed };
  } catch (error) {
    await context.allowance.giveBack(countedIn, runId).catch(() => undefined);
    throw error;
  }
}

function allowedCallback(context: Context, caller: KeyCaller, url: string): RunFacts["callback"] {
  if (caller.kind !== "key") throw new ApiError("callback-not-allowed", "Callbacks need an API key.");
  context.callbackHosts.require(url);
  return { url, secret: caller.callbackSecret };
}

/** A language whose image is yet to be made is asked for, and the run waits for it. */
function requireLanguage({ availability, queue, logger }: Context, language: LanguageId): void {
  const { available, reason, ready, preparing, onDemand } = availability.current;
  if (!available) throw new ApiError("unavailable", reason ?? "No executor is running.");
  if (ready.includes(language)) return;
  if (!preparing.includes(language) && !onDemand.includes(language))
    throw new ApiError("unavailable", `${getLanguage(language).label} is not offered here.`);
  void queue.want(language).catch((error: unknown) => {
    logger.warn({ err: error, language }, "A language could not be asked for");
  });
}
