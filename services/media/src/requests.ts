import type { MediaRequest } from "@greenroom/shared/protocol/media.ts";
import { parseMediaRequest } from "@greenroom/shared/protocol/media-codec.ts";
import { handleRequest, type RequestContext } from "./handle-request.ts";

/** Requests of one socket that are under way at once; the Worker answers each in a fraction of a millisecond. */
const atOnce = 16;

/**
 * What the others stand on, or what says that all before has been done: it waits for those before it, and those behind
 * wait for it. All else goes side by side, and to the Worker in the order in which it came.
 */
const alone: ReadonlySet<MediaRequest["type"]> = new Set(["join", "probe", "access", "ping"] as const);

/** The requests of one peer, in the order in which they came. [V2] */
export class Requests {
  readonly #context: RequestContext;
  readonly #underWay = new Set<Promise<void>>();

  constructor(context: RequestContext) {
    this.#context = context;
  }

  /** Handles one frame; never rejects. A promise means that the next ones have to wait for it. */
  take(text: string): Promise<void> | undefined {
    const { connection } = this.#context.peer;
    if (connection.frames.take() > 0) {
      connection.close("rate-limited");
      return undefined;
    }
    const parsed = parseMediaRequest(text);
    if (!parsed.ok) {
      this.#context.metrics.handled("unreadable", "malformed-frame");
      connection.refuseMalformed(parsed.id, parsed.message);
      return undefined;
    }
    const { request } = parsed;
    return alone.has(request.type) ? this.#takeAlone(request) : this.#takeBesideOthers(request);
  }

  async #takeAlone(request: MediaRequest): Promise<void> {
    await Promise.all(this.#underWay);
    await handleRequest(this.#context, request);
  }

  #takeBesideOthers(request: MediaRequest): Promise<void> | undefined {
    const handled = handleRequest(this.#context, request).finally(() => this.#underWay.delete(handled));
    this.#underWay.add(handled);
    return this.#underWay.size < atOnce ? undefined : Promise.race(this.#underWay);
  }
}
