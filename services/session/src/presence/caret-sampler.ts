import type { EventOf } from "@greenroom/shared/log/event.ts";
import type { RoomLog } from "../log/room-log.ts";
import type { Caret } from "./carets.ts";

/** At most two samples a second. */
const sampleEveryMs = 500;

type Sample = EventOf<"carets">["body"]["carets"][number];

/**
 * Puts into the log where everybody's carets are, now and then while somebody edits: those that are elsewhere than
 * operations alone have carried them. Nobody waits for it, and it may be lost.
 */
export class CaretSampler {
  readonly #log: RoomLog;
  /** By participant: where their carets are once everything that waits to be committed is. */
  readonly #look: () => Map<string, Caret>;
  #sampled = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { log: RoomLog; look: () => Map<string, Caret> }) {
    this.#log = options.log;
    this.#look = options.look;
  }

  /** Somebody edited. */
  wake(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sample();
    }, sampleEveryMs);
  }

  #sample(): void {
    if (this.#log.isFull) return;
    const now = this.#look();
    const samples: Sample[] = [];
    const said = new Map<string, string>();
    for (const [participantId, { documentId, selections }] of now) {
      const sample = { participantId, documentId, selections: [...selections] };
      const words = JSON.stringify(sample);
      said.set(participantId, words);
      if (this.#sampled.get(participantId) !== words) samples.push(sample);
    }
    for (const [participantId, words] of this.#sampled) {
      if (now.has(participantId)) continue;
      const { documentId } = JSON.parse(words) as Sample; // written above
      samples.push({ participantId, documentId, selections: [] });
    }
    this.#sampled = said;
    if (samples.length > 0) this.#log.push({ kind: "carets", participantId: null, body: { carets: samples } });
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
