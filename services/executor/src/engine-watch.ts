import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { DockerEngine } from "./sandbox/docker-sandbox.ts";
import type { Images } from "./sandbox/images.ts";

/** How often the engine is asked whether it is there. */
const everyMs = 3_000;
/** How often it is tidied up while it is: executors die at any time, and may leave something behind. */
const tidyEveryMs = 60_000;

/** Keeps looking at the engine; when it is there (again), what it needs is prepared, and now and then anew. */
export class EngineWatch {
  readonly #engine: DockerEngine;
  readonly #images: Images;
  readonly #onReady: () => Promise<void>;
  readonly #logger: Logger;
  #unavailable: string | undefined = "The engine has not been asked yet.";
  /** When it was last made ready, on the clock of `performance`; undefined when it has gone away since. */
  #preparedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(options: WatchOptions) {
    this.#engine = options.engine;
    this.#images = options.images;
    this.#onReady = options.onReady;
    this.#logger = options.logger;
  }

  /** Resolves after the first look, whatever it showed. */
  static async create(options: WatchOptions): Promise<EngineWatch> {
    const watch = new EngineWatch(options);
    await watch.#look();
    return watch;
  }

  /** Why the engine cannot be used, in words a person can act on; undefined when it can. */
  get unavailable(): string | undefined {
    return this.#unavailable;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const before = this.#unavailable;
    try {
      await this.#engine.ping();
      this.#unavailable = undefined;
      if (before !== undefined) this.#logger.info("The container engine answers");
    } catch (error) {
      this.#unavailable = describe(error);
      this.#preparedAt = undefined;
      if (before !== this.#unavailable) this.#logger.warn({ reason: this.#unavailable }, "The engine is unavailable");
    }
    if (this.#unavailable === undefined) await this.#prepare();
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), everyMs);
  }

  /** What fails here is tried again at the next look. */
  async #prepare(): Promise<void> {
    // In the background: it takes minutes the first time.
    void this.#images.prepare();
    if (this.#preparedAt !== undefined && performance.now() - this.#preparedAt < tidyEveryMs) return;
    try {
      await this.#onReady();
      this.#preparedAt = performance.now();
    } catch (error) {
      this.#logger.warn({ err: error }, "The engine could not be tidied up yet");
    }
  }
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (code === "EACCES") return `This user may not use the container engine (${message}).`;
  if (code === "ENOENT" || code === "ECONNREFUSED") return `No container engine is running (${message}).`;
  return `The container engine does not answer (${message}).`;
}

interface WatchOptions {
  readonly engine: DockerEngine;
  readonly images: Images;
  /** Called whenever the engine has become available, again until it succeeds, and once a minute. */
  readonly onReady: () => Promise<void>;
  readonly logger: Logger;
}
