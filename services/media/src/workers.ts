import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { createWorker, type types } from "mediasoup";
import { type Addresses, listenInfos } from "./addresses.ts";
import { mediaCodecs } from "./router-options.ts";

/** How often what a Worker costs is measured. */
const measureEveryMs = 2_000;
/**
 * The share of a core that a call is taken to cost until it is measured: less than it will, because after a restart all
 * calls come back at once.
 */
const shareOfNewCall = 0.005;
/** How long whoever opens a call waits for a Worker that is being replaced. */
const waitForReplacedMs = 3_000;
/** How long until a Worker that cannot be started is tried again: twice as long each time. */
const retryMs = { first: 100, longest: 3_000 };
/** How long the first Workers are tried: those of a process before this one, which was killed, may hold their ports yet. */
const startWithinMs = 3_000;

/** No Worker can take another call. */
export class NoCapacityError extends Error {}

export interface WorkersOptions {
  readonly count: number;
  readonly addresses: Addresses;
  /** Of the first Worker; each later one listens on the next. */
  readonly port: number;
  readonly workerBin: string | undefined;
  /** The share of its core above which a Worker takes no new call. */
  readonly maxCpu: number;
  readonly onDied: () => void;
  readonly logger: Logger;
}

/** A call's place: a Router of its own, and its Worker's one server, which all of its transports use. */
export interface Place {
  readonly router: types.Router;
  readonly webRtcServer: types.WebRtcServer;
}

/** A Worker and what is known of it; a new one takes its place when it dies. */
interface Slot {
  readonly index: number;
  worker: types.Worker | undefined;
  webRtcServer: types.WebRtcServer | undefined;
  /** Of its core, in the last measured while. */
  share: number;
  measured: { cpuMs: number; at: number } | undefined;
  /** Calls opened since the last measurement. */
  opened: number;
  /** Under way while it is being replaced. */
  replacing: Promise<void> | undefined;
}

/** mediasoup's Workers: each a process with one core to use and one port, replaced when it dies. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #slots: Slot[];
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();

  static async create(options: WorkersOptions): Promise<Workers> {
    const workers = new Workers(options);
    try {
      await Promise.all(workers.#slots.map((slot) => workers.#startFirst(slot)));
    } catch (error) {
      workers.close();
      throw error;
    }
    return workers;
  }

  private constructor(options: WorkersOptions) {
    this.#options = options;
    const nothing = { worker: undefined, webRtcServer: undefined, measured: undefined, replacing: undefined };
    this.#slots = Array.from({ length: options.count }, (_, index) => ({ index, share: 0, opened: 0, ...nothing }));
    this.#timer = setInterval(() => void this.#measureAll(), measureEveryMs);
  }

  /** The Workers that are alive, with the share of its core that each used lately. */
  get alive(): { worker: types.Worker; share: number }[] {
    return this.#slots.flatMap(({ worker, share }) => (worker ? [{ worker, share }] : []));
  }

  get areAllAlive(): boolean {
    return this.#slots.every(({ worker }) => worker !== undefined);
  }

  /** A Router on the Worker that has least to do; NoCapacityError when all have enough. */
  async openPlace(): Promise<Place> {
    const replacing = this.#slots.flatMap((slot) => slot.replacing ?? []);
    if (!this.#leastBusy() && replacing.length > 0)
      await Promise.race([...replacing, delay(waitForReplacedMs, undefined, { ref: false })]);
    const slot = this.#leastBusy();
    if (!slot?.worker || !slot.webRtcServer) throw new NoCapacityError("No Worker has room for another call.");
    slot.opened += 1;
    const { webRtcServer } = slot;
    return { router: await slot.worker.createRouter({ mediaCodecs }), webRtcServer };
  }

  #leastBusy(): Slot | undefined {
    const expected = ({ share, opened }: Slot): number => share + opened * shareOfNewCall;
    const free = this.#slots.filter((slot) => slot.webRtcServer && expected(slot) < this.#options.maxCpu);
    return free.sort((a, b) => expected(a) - expected(b))[0];
  }

  /** Idempotent. Everything on the Workers ends with them. */
  close(): void {
    this.#closing.abort();
    clearInterval(this.#timer);
    for (const { worker } of this.#slots) worker?.close();
  }

  async #start(slot: Slot): Promise<void> {
    const { addresses, port, workerBin, logger } = this.#options;
    const worker = await createWorker({ logLevel: "warn", ...(workerBin === undefined ? {} : { workerBin }) });
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfos(addresses, port + slot.index) });
      if (this.#closing.signal.aborted) throw new Error("The Workers are closed.");
      worker.once("died", (error) => this.#died(slot, error));
      Object.assign(slot, { worker, webRtcServer, share: 0, measured: undefined, opened: 0 });
      logger.info({ worker: slot.index, pid: worker.pid, port: port + slot.index }, "A Worker runs");
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  async #startFirst(slot: Slot): Promise<void> {
    const deadline = performance.now() + startWithinMs;
    for (;;) {
      try {
        return await this.#start(slot);
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      await delay(retryMs.first);
    }
  }

  #died(slot: Slot, error: Error): void {
    slot.worker = undefined;
    slot.webRtcServer = undefined;
    if (this.#closing.signal.aborted) return;
    this.#options.logger.error({ err: error, worker: slot.index }, "A Worker died");
    this.#options.onDied();
    slot.replacing = this.#replace(slot).finally(() => {
      slot.replacing = undefined;
    });
  }

  async #replace(slot: Slot): Promise<void> {
    for (let waitMs = retryMs.first; !this.#closing.signal.aborted; waitMs = Math.min(waitMs * 2, retryMs.longest)) {
      try {
        return await this.#start(slot);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#options.logger.error({ err: error, worker: slot.index }, "A Worker could not be started");
      }
      // Aborted is closed: the loop sees it.
      await delay(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  /** A Worker to which nothing can be said any more, though it lives, is as good as dead. */
  #replaceMute(worker: types.Worker, error: unknown): undefined {
    // One that dies or is closed meanwhile is measured no more.
    if (worker.closed || !(error instanceof Error) || !error.message.startsWith("FlatBuffers")) return;
    this.#options.logger.error({ err: error, pid: worker.pid }, "A Worker cannot be spoken to");
    process.kill(worker.pid, "SIGKILL");
  }

  async #measureAll(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#measure(slot)));
  }

  async #measure(slot: Slot): Promise<void> {
    const { worker, measured } = slot;
    const usage = await worker?.getResourceUsage().catch((error: unknown) => this.#replaceMute(worker, error));
    if (!usage || slot.worker !== worker) return;
    const now = { cpuMs: usage.ru_utime + usage.ru_stime, at: performance.now() };
    if (measured) slot.share = (now.cpuMs - measured.cpuMs) / (now.at - measured.at);
    slot.measured = now;
    slot.opened = 0;
  }
}
