import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { CaseResult, RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { type RunNews, sinceTakenUp } from "@greenroom/shared/node/runs/run-news.ts";
import type { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { Redis } from "ioredis";
import { OutputReader } from "./output-reader.ts";

/** Events may be lost; looking again this often makes up for it. */
const lookEveryMs = 1_000;
/** A run that ended with output still missing is looked at again so often: a read may have failed. */
const waitForOutput = 5;

export interface RelayListener {
  onRunning(): void;
  /** While it waits: how many runs go before it. */
  onPosition(position: number): void;
  onChunks(chunks: OutputChunk[]): void;
  onCases(cases: CaseResult[]): void;
  onEnd(result: RunResult, chunks: OutputChunk[]): void;
  /** The queue does not know the run: its job has to be added again. */
  onMissing(): void;
}

/** Follows one run from the queue to its end, and tells the room what it sees, in order, each thing once. */
export class RunRelay {
  readonly #runId: string;
  readonly #queue: RunQueue;
  readonly #listener: RelayListener;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  readonly #stopHints: () => void;
  #reader: OutputReader | undefined;
  #chunks: OutputChunk[] = [];
  #running = false;
  #looking: Promise<void> | undefined;
  #again = false;
  #incomplete = 0;
  #closed = false;

  /** Begins at once; whatever cannot be had from Redis now is had later. */
  static create(options: {
    runId: string;
    queue: RunQueue;
    redis: Redis;
    subscriber: Subscriber;
    listener: RelayListener;
    logger: Logger;
  }): RunRelay {
    const relay = new RunRelay(options);
    relay.#reader = OutputReader.create({ ...options, onNews: (news) => relay.#take(news) });
    void relay.look();
    return relay;
  }

  private constructor(options: { runId: string; queue: RunQueue; listener: RelayListener; logger: Logger }) {
    this.#runId = options.runId;
    this.#queue = options.queue;
    this.#listener = options.listener;
    this.#logger = options.logger;
    this.#stopHints = options.queue.onChange(options.runId, () => void this.look());
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
  }

  /** All output so far. */
  get chunks(): readonly OutputChunk[] {
    return this.#chunks;
  }

  /** Looks where the run is, and says what changed. Asked for while it looks, it looks once more. */
  async look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookWhileAsked().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #lookWhileAsked(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.#lookOnce();
    }
  }

  async #lookOnce(): Promise<void> {
    try {
      const job = await this.#queue.look(this.#runId);
      await this.#reader?.read();
      if (this.#closed) return;
      if (!job) this.#listener.onMissing();
      else if (job.state === "ended") this.#endOnceComplete(job.result);
      else if (job.state === "running") this.#start();
      else await this.#tellPosition();
    } catch (error) {
      this.#logger.warn({ err: error, runId: this.#runId }, "A run cannot be looked at");
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#stopHints();
    this.#reader?.close();
  }

  async #tellPosition(): Promise<void> {
    const position = await this.#queue.position(this.#runId);
    if (position !== null && !this.#closed && !this.#running) this.#listener.onPosition(position);
  }

  /** News are passed on in order, neighbours of one kind together. */
  #take(news: RunNews[]): void {
    if (this.#closed || news.length === 0) return;
    this.#start();
    const chunks = news.flatMap((one) => (one.kind === "chunk" ? [one.chunk] : []));
    const cases = news.flatMap((one) => (one.kind === "case" ? [one.result] : []));
    if (chunks.length > 0) this.#takeChunks(chunks);
    // What a graded run puts out is the compiler's words, and those come before its first case.
    if (cases.length > 0) this.#listener.onCases(sinceTakenUp(cases));
  }

  #takeChunks(chunks: OutputChunk[]): void {
    const fresh = sinceTakenUp(chunks);
    this.#chunks = fresh[0]?.number === 1 ? fresh : [...this.#chunks, ...fresh];
    this.#listener.onChunks(fresh);
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#listener.onRunning();
  }

  /** All output comes before the end. [R3] */
  #endOnceComplete(result: RunResult): void {
    const complete = (this.#chunks.at(-1)?.number ?? 0) >= result.chunks;
    if (!complete && this.#incomplete++ < waitForOutput) return;
    this.close();
    this.#listener.onEnd(result, this.#chunks);
  }
}
