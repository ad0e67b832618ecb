import type { OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { DocumentClient } from "./document-client.ts";
import type { JournalRecord } from "./journal-store.ts";
import { JournalWriter } from "./journal-writer.ts";
import type { sendLimits } from "./split-operation.ts";

export interface ReplayOptions {
  readonly record: JournalRecord;
  readonly put: (record: JournalRecord) => Promise<void>;
  readonly remove: (record: JournalRecord) => Promise<void>;
  readonly newId: () => string;
  readonly send: (frame: UpFrame) => void;
  readonly after: (delayMs: number, callback: () => void) => void;
  readonly limits?: typeof sendLimits;
  readonly onState: () => void;
  /** All of it is with the server, or it was refused for good: then the record holds what the server does not have. */
  readonly onEnd: (refused: { code: OperationRefusal; record: JournalRecord } | undefined) => void;
}

/**
 * Sends what an earlier page had not been told is saved, under that page's client id and sequence numbers, so that the
 * server knows what it has already. Nobody types here: the document is opened for typing once this has ended. [J4]
 */
export class Replay {
  readonly client: DocumentClient;
  readonly #options: ReplayOptions;
  #record: JournalRecord;
  #isOver = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#record = options.record;
    const { newId, send, after, limits } = options;
    const keeper = new JournalWriter(
      {
        read: () => this.client.pendingState,
        put: (state) => options.put(this.#with(state)),
        remove: () => options.remove(this.#record),
        after,
        onState: () => {},
      },
      true,
    );
    this.client = new DocumentClient({
      documentId: this.#record.documentId,
      restored: this.#record.state,
      keeper,
      newId,
      send,
      after,
      ...(limits && { limits }),
      onRemote: () => {},
      onState: () => this.#look(),
    });
  }

  get record(): JournalRecord {
    return this.#record;
  }

  /** It cannot be sent at all. */
  refuse(code: OperationRefusal): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const state = this.client.pendingState;
    this.#options.onEnd({ code, record: state ? this.#with(state) : this.#record });
  }

  #with(state: JournalRecord["state"]): JournalRecord {
    this.#record = { ...this.#record, state };
    return this.#record;
  }

  #look(): void {
    if (this.#isOver) return;
    if (this.client.problem) return this.refuse(this.client.problem);
    if (!this.client.isSynchronised) return this.#options.onState();
    this.#isOver = true;
    this.#options.onEnd(undefined);
  }
}
