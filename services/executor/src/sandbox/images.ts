import { createHash } from "node:crypto";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { families, type Family } from "../runtimes.ts";
import { RunError } from "../run/run-error.ts";
import { type BuildContext, createBuildContext } from "./build-context.ts";
import type { DockerEngine } from "./docker-sandbox.ts";

/** A build that failed is tried again after this long: a mirror may have been out of reach. */
const retryAfterMs = 30_000;

interface ImagesOptions {
  readonly engine: DockerEngine;
  readonly baseImage: string;
  /** For the engine's builder, such as proxies: they change how an image is made, and not what is in it. */
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** The families there may be images of; all when absent. */
  readonly offered?: readonly Family[];
  /** Those to build without anybody asking for them; all that are offered when absent. */
  readonly wanted?: readonly Family[];
  readonly logger: Logger;
}

/**
 * The images of the language families. A tag is a hash of everything an image is made from, so that a change is built
 * and what was built once is found again.
 */
export class Images {
  readonly #engine: DockerEngine;
  readonly #baseImage: string;
  readonly #buildArguments: Readonly<Record<string, string>>;
  readonly #offered: readonly Family[];
  readonly #wanted: Set<Family>;
  readonly #logger: Logger;
  readonly #ready = new Map<Family, string>();
  readonly #waiting = new Set<(family: Family) => void>();
  #problem: string | undefined;
  #preparing: Promise<void> | undefined;
  #failedAt = 0;
  /** Whether the engine was asked for images that nobody wants yet. */
  #isLookedFor = false;

  constructor(options: ImagesOptions) {
    this.#engine = options.engine;
    this.#buildArguments = options.buildArguments ?? {};
    this.#baseImage = options.baseImage;
    this.#offered = options.offered ?? families;
    this.#wanted = new Set(options.wanted ?? this.#offered);
    this.#logger = options.logger;
  }

  /** The image's tag; undefined while it is not built. */
  find(family: Family): string | undefined {
    return this.#ready.get(family);
  }

  /** Why building failed last, in words; undefined when nothing did. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Whether the family's image is built, or will be without anybody asking for it again. */
  isWanted(family: Family): boolean {
    return this.#wanted.has(family);
  }

  /** Has the family's image built from the next `prepare` on, if it is offered. */
  want(family: Family): void {
    if (this.#offered.includes(family)) this.#wanted.add(family);
  }

  /** Makes the next `prepare` look for the image on the engine again. */
  forget(family: Family): void {
    this.#ready.delete(family);
  }

  /** Calls back whenever an image is ready to use. */
  onReady(listener: (family: Family) => void): void {
    this.#waiting.add(listener);
  }

  /** Builds what is missing, one after the other, unless that is going on already or failed just now. Never rejects. */
  prepare(): Promise<void> {
    if ([...this.#wanted].every((family) => this.#ready.has(family)) && this.#isLookedFor) return Promise.resolve();
    if (Date.now() - this.#failedAt < retryAfterMs) return Promise.resolve();
    this.#preparing ??= this.#prepareAll().finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  /** The image, as soon as it is there. Rejects with `runtime-not-ready` when that takes longer, or will never be. */
  async get(family: Family, withinMs: number): Promise<string> {
    const found = this.#ready.get(family);
    if (found !== undefined) return found;
    if (!this.#offered.includes(family)) {
      throw new RunError("runtime-not-ready", `This executor does not offer the languages of "${family}".`);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(listener);
        reject(new RunError("runtime-not-ready", this.#problem ?? `The image of "${family}" is still being built.`));
      }, withinMs);
      const listener = (ready: Family): void => {
        if (ready !== family) return;
        clearTimeout(timer);
        this.#waiting.delete(listener);
        resolve(this.#ready.get(family) ?? "");
      };
      this.#waiting.add(listener);
    });
  }

  async #prepareAll(): Promise<void> {
    const failed = new Set<Family>();
    try {
      const baseId = await this.#findBase();
      await this.#findUnwanted(baseId);
      // More may come to be wanted meanwhile.
      for (let family = this.#next(failed); family !== undefined; family = this.#next(failed)) {
        try {
          this.#setReady(family, await this.#prepareOne(family, baseId));
        } catch (error) {
          failed.add(family);
          this.#note(error);
        }
      }
      if (failed.size === 0) this.#problem = undefined;
    } catch (error) {
      this.#note(error);
    }
  }

  #next(failed: ReadonlySet<Family>): Family | undefined {
    return [...this.#wanted].find((family) => !this.#ready.has(family) && !failed.has(family));
  }

  /** What was built once is ready, though nobody wants it now. */
  async #findUnwanted(baseId: string): Promise<void> {
    for (const family of this.#offered.filter((one) => !this.#wanted.has(one) && !this.#ready.has(one))) {
      const { tag } = await this.#describe(family, baseId);
      if ((await this.#engine.findImage(tag)) !== undefined) this.#setReady(family, tag);
    }
    this.#isLookedFor = true;
  }

  #setReady(family: Family, tag: string): void {
    this.#ready.set(family, tag);
    for (const listener of this.#waiting) listener(family);
  }

  #note(error: unknown): void {
    this.#failedAt = Date.now();
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#logger.error({ err: error }, "An image could not be built; trying again soon");
  }

  async #findBase(): Promise<string> {
    const found = await this.#engine.findImage(this.#baseImage);
    if (found !== undefined) return found;
    try {
      await this.#engine.pullImage(this.#baseImage);
    } catch (error) {
      throw new Error(
        `The base image "${this.#baseImage}" is not on the engine and cannot be pulled; SANDBOX_BASE_IMAGE names another.`,
        { cause: error },
      );
    }
    const pulled = await this.#engine.findImage(this.#baseImage);
    if (pulled === undefined) throw new Error(`The base image "${this.#baseImage}" was pulled and is not there.`);
    return pulled;
  }

  async #describe(family: Family, baseId: string): Promise<{ context: BuildContext; tag: string }> {
    const context = await createBuildContext(family);
    const hash = createHash("sha256").update(`${context.hash}\0${baseId}`).digest("hex");
    return { context, tag: `greenroom/sandbox-${family}:${hash.slice(0, 16)}` };
  }

  async #prepareOne(family: Family, baseId: string): Promise<string> {
    const { context, tag } = await this.#describe(family, baseId);
    if ((await this.#engine.findImage(tag)) !== undefined) return tag;
    const startedAt = Date.now();
    this.#logger.info({ family, image: tag }, "Building an image");
    await this.#engine.buildImage({
      context: context.tar(),
      dockerfile: context.dockerfile,
      tag,
      arguments: { ...this.#buildArguments, BASE_IMAGE: this.#baseImage },
    });
    this.#logger.info({ family, image: tag, ms: Date.now() - startedAt }, "An image is built");
    return tag;
  }
}
