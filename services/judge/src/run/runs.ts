import { ApiError } from "@greenroom/shared/api/error.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { RunHint, RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import type { Redis } from "ioredis";
import type { JudgeDatabase } from "../db/schema.ts";
import * as runs from "../run-repository.ts";
import { collectOutput, readChunks } from "./collect-output.ts";
import { type RunEnd, type RunFacts, toJob } from "./run-facts.ts";

/** Events of the queue may be lost: runs that are followed are looked at so often, a few at a time. */
const lookEveryMs = 2_000;
const looksAtOnce = 50;

export interface RunsDeps {
  readonly db: Database<JudgeDatabase>;
  readonly redis: Redis;
  readonly queue: RunQueue;
  readonly giveBack: (countedIn: string, runId: string) => Promise<void>;
  /** A run with a callback has ended, and its end is stored. */
  readonly onCallbackDue: () => void;
  readonly logger: Logger;
}

/** A run that has not ended, followed by this process. */
export interface FollowedRun {
  readonly ended: Promise<RunEnd>;
  readonly isRunning: () => boolean;
  /** Calls back when it may have begun. */
  readonly onRunning: (listener: () => void) => () => void;
}

class Followed implements FollowedRun {
  readonly facts: RunFacts;
  readonly ended: Promise<RunEnd>;
  /** Its row is there from then on. */
  stored: Promise<unknown> = Promise.resolve();
  lookedAt = Date.now();
  running = false;
  settling = false;
  /** Whoever waited has been told. */
  hasEnded = false;
  stopHints: () => void = () => undefined;
  readonly listeners = new Set<() => void>();
  end: (end: RunEnd) => void = () => undefined;

  constructor(facts: RunFacts) {
    this.facts = facts;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  readonly isRunning = (): boolean => this.running;

  readonly onRunning = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/**
 * The runs of programs, from their row and job to their end. Whoever waits is told as soon as the queue says that a run
 * has ended; the row follows. Every process that follows a run would write down its end, and the first does.
 */
export class Runs {
  readonly #deps: RunsDeps;
  readonly #followed = new Map<string, Followed>();
  readonly #timer: NodeJS.Timeout;
  readonly #settling = new Set<Promise<void>>();

  static create(deps: RunsDeps): Runs {
    return new Runs(deps);
  }

  private constructor(deps: RunsDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.#lookAtOld(), lookEveryMs);
  }

  /** Runs that this process follows. */
  get count(): number {
    return this.#followed.size;
  }

  /**
   * Begins a run: its row and its job, at the same time.
   *
   * @returns undefined when there is a run with this id already
   */
  async start(facts: RunFacts): Promise<FollowedRun | undefined> {
    const { db, queue } = this.#deps;
    if (this.#followed.has(facts.runId)) return undefined;
    const followed = this.#follow(facts);
    const inserting = runs.insertRun(db, facts);
    followed.stored = inserting.catch(() => undefined);
    const [inserted, added] = await Promise.allSettled([inserting, queue.add(toJob(facts), facts.priority)]);
    if (inserted.status === "fulfilled" && added.status === "fulfilled")
      return inserted.value ? followed : this.#unfollow(followed);
    this.#unfollow(followed);
    await this.#takeBack(facts.runId);
    const cause: unknown = inserted.status === "rejected" ? inserted.reason : (added as PromiseRejectedResult).reason;
    throw new ApiError("unavailable", "The run could not be stored. Try again in a moment.", { cause });
  }

  /** What a run is made of that this process follows: nobody need read it again. */
  factsOf(runId: string): RunFacts | undefined {
    return this.#followed.get(runId)?.facts;
  }

  /** Whether somebody has been told here that a run ended, whose row does not say so yet. */
  hasEnded(runId: string): boolean {
    return this.#followed.get(runId)?.hasEnded ?? false;
  }

  /** Follows a run whose row says that it has not ended. */
  follow(facts: RunFacts): FollowedRun {
    const known = this.#followed.get(facts.runId);
    if (known) return known;
    const followed = this.#follow(facts);
    void this.#look(followed);
    return followed;
  }

  /** Looks where a run is that has not ended; a job that is missing is added. Rejects when that cannot be known. */
  async look(facts: RunFacts): Promise<"queued" | "running" | "ended"> {
    const job = await this.#deps.queue.look(facts.runId);
    if (!job) await this.#deps.queue.add(toJob(facts), facts.priority);
    if (job?.state === "ended") {
      const followed = this.#followed.get(facts.runId) ?? this.#follow(facts);
      this.#settle(followed, job.result);
    }
    return job?.state ?? "queued";
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const followed of this.#followed.values()) this.#unfollow(followed);
    await Promise.all(this.#settling);
  }

  #follow(facts: RunFacts): Followed {
    const followed = new Followed(facts);
    this.#followed.set(facts.runId, followed);
    followed.stopHints = this.#deps.queue.onChange(facts.runId, (hint) => this.#hear(followed, hint));
    return followed;
  }

  #unfollow(followed: Followed): undefined {
    followed.stopHints();
    if (this.#followed.get(followed.facts.runId) === followed) this.#followed.delete(followed.facts.runId);
  }

  #hear(followed: Followed, hint: RunHint): void {
    if (hint.state === "ended") {
      this.#settle(followed, hint.result);
      return;
    }
    followed.running = true;
    for (const listener of followed.listeners) listener();
  }

  /** Tells whoever waits, then writes it down. What fails here is made up for by the next look. */
  #settle(followed: Followed, result: RunResult): void {
    if (followed.settling) return;
    followed.settling = true;
    const { runId } = followed.facts;
    const settled = this.#tellAndStore(followed, result)
      .catch((error: unknown) => {
        followed.settling = false;
        this.#deps.logger.warn({ err: error, runId }, "The end of a run could not be stored");
      })
      .finally(() => this.#settling.delete(settled));
    this.#settling.add(settled);
  }

  async #tellAndStore(followed: Followed, result: RunResult): Promise<void> {
    const { db, redis, queue, giveBack, onCallbackDue } = this.#deps;
    const { runId, countedIn, callback } = followed.facts;
    // Whoever may have one run at once, and is told that it ended, may begin the next.
    const [chunks] = await Promise.all([result.chunks > 0 ? readChunks(redis, runId) : [], giveBack(countedIn, runId)]);
    const end: RunEnd = { result, chunks, output: collectOutput(result, chunks) };
    followed.hasEnded = true;
    followed.end(end);
    await followed.stored;
    const isFirst = await runs.finishRun(db, runId, end);
    this.#unfollow(followed);
    if (!isFirst) return;
    await queue.forget(runId);
    if (callback) onCallbackDue();
  }

  async #look(followed: Followed): Promise<void> {
    followed.lookedAt = Date.now();
    try {
      const state = await this.look(followed.facts);
      if (state === "running") this.#hear(followed, { state });
    } catch (error) {
      this.#deps.logger.warn({ err: error, runId: followed.facts.runId }, "A run cannot be looked at");
    }
  }

  async #lookAtOld(): Promise<void> {
    const before = Date.now() - lookEveryMs;
    const old = [...this.#followed.values()].filter(({ lookedAt }) => lookedAt <= before);
    const first = old.sort((one, other) => one.lookedAt - other.lookedAt).slice(0, looksAtOnce);
    await Promise.all(first.map((followed) => this.#look(followed)));
  }

  /** Neither row nor job may stay when there is no other. */
  async #takeBack(runId: string): Promise<void> {
    const { db, queue, logger } = this.#deps;
    const results = await Promise.allSettled([
      runs.deleteRun(db, runId),
      queue.order(runId, { type: "stop" }).then(() => queue.remove(runId)),
    ]);
    for (const result of results)
      if (result.status === "rejected")
        logger.warn({ err: result.reason as unknown, runId }, "A run that was refused could not be taken back");
  }
}
