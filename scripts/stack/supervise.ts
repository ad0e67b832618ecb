import { ManagedProcess, type Exit, type ProcessOptions } from "@greenroom/shared/testing/managed-process.ts";
import { waitHealthy } from "./wait-healthy.ts";

const firstDelayMs = 250;
const longestDelayMs = 10_000;
const hopelessAfter = 3;

export interface SupervisedOptions {
  readonly name: string;
  /** Where its `/readyz` is. */
  readonly url: string;
  readonly process: ProcessOptions;
  readonly onDeath?: (death: { exit: Exit; restartInMs: number }) => void;
}

/**
 * A service that is started again whenever it dies. One that had been healthy comes back at once; one that keeps dying
 * before it was healthy comes back after 0, 250, 500 … 10000 ms.
 */
export class SupervisedService {
  readonly name: string;
  readonly url: string;
  readonly #options: SupervisedOptions;
  #process: ManagedProcess;
  #healthy = false;
  #wasEverHealthy = false;
  #restarts = 0;
  #restartsAtKill = 0;
  #quickDeaths = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.url = options.url;
    this.#options = options;
    this.#process = this.#start();
  }

  static create(options: SupervisedOptions): SupervisedService {
    return new SupervisedService(options);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** How often it has been started again. */
  get restarts(): number {
    return this.#restarts;
  }

  get healthy(): boolean {
    return this.#healthy;
  }

  kill(signal: NodeJS.Signals): void {
    this.#restartsAtKill = this.#restarts;
    this.#process.kill(signal);
  }

  /** Resolves when it is healthy. Fails when it keeps dying, or after `limitMs`. */
  async untilHealthy(limitMs = 60_000): Promise<void> {
    const giveUpAt = Date.now() + limitMs;
    while (!this.#healthy) {
      if (this.#closing) throw new Error(`${this.name} was stopped.`);
      const hopeless = !this.#wasEverHealthy && this.#quickDeaths >= hopelessAfter;
      if (hopeless || Date.now() > giveUpAt) {
        const what = hopeless ? "does not start" : `was not ready within ${limitMs / 1000} s`;
        throw new Error(`The ${this.name} service ${what}. Its last lines:\n${this.#process.logTail()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Resolves when it has been started again since the last `kill`, and is healthy. */
  async restarted(limitMs = 60_000): Promise<void> {
    const giveUpAt = Date.now() + limitMs;
    while (this.#restarts <= this.#restartsAtKill && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await this.untilHealthy(Math.max(0, giveUpAt - Date.now()));
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    return (this.#closing ??= this.#process.stop());
  }

  #start(): ManagedProcess {
    const started = ManagedProcess.start(this.#options.process);
    void started.exited.then((exit) => this.#onDeath(exit));
    const goOn = () => !started.exit && !this.#closing;
    void waitHealthy(this.url, { limitMs: Number.POSITIVE_INFINITY, goOn }).then((healthy) => {
      if (!healthy || started.exit) return;
      this.#healthy = true;
      this.#wasEverHealthy = true;
    });
    return started;
  }

  #onDeath(exit: Exit): void {
    if (this.#closing) return;
    this.#quickDeaths = this.#healthy ? 0 : this.#quickDeaths + 1;
    this.#healthy = false;
    const restartInMs =
      this.#quickDeaths < 2 ? 0 : Math.min(firstDelayMs * 2 ** (this.#quickDeaths - 2), longestDelayMs);
    this.#options.onDeath?.({ exit, restartInMs });
    const restart = () => {
      this.#restarts += 1;
      this.#process = this.#start();
    };
    if (restartInMs === 0) restart();
    else this.#timer = setTimeout(restart, restartInMs);
  }
}
