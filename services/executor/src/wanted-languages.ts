import { wantedLanguagesKey } from "@greenroom/shared/jobs/run-stream.ts";
import { type LanguageId, languages } from "@greenroom/shared/languages.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Redis } from "ioredis";

const everyMs = 2_000;
/** A wish is one for this long. */
const wantedForMs = 10 * 60_000;

/** Looks every two seconds which languages somebody wants to run. */
export class WantedLanguages {
  readonly #redis: Redis;
  readonly #onWanted: (language: LanguageId) => void;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;

  constructor(options: { redis: Redis; onWanted: (language: LanguageId) => void; logger: Logger }) {
    this.#redis = options.redis;
    this.#onWanted = options.onWanted;
    this.#logger = options.logger;
    this.#timer = setInterval(() => void this.#look(), everyMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects: the next look comes soon enough. */
  async #look(): Promise<void> {
    try {
      const wishes = await this.#redis.hgetall(wantedLanguagesKey);
      const since = Date.now() - wantedForMs;
      for (const { id } of languages) if (Number(wishes[id] ?? 0) > since) this.#onWanted(id);
    } catch (error) {
      this.#logger.debug({ err: error }, "Which languages are wanted could not be read");
    }
  }
}
