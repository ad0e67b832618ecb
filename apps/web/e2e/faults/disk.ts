import { JournalError, type JournalKey, type JournalRecord } from "../../src/document/journal-store.ts";

/** A write takes so long at the most, in milliseconds. */
const slowestWriteMs = 25;

interface Write {
  readonly act: () => void;
  isDropped: boolean;
}

/** One person's disk: what has been written outlives their tabs; what is being written when one crashes may or may not. */
export class Disk {
  /** Nothing can be written, and what is there can still be removed. */
  isFull = false;
  readonly #random: () => number;
  readonly #records = new Map<string, JournalRecord>();
  readonly #writing = new Set<Write>();

  constructor(random: () => number) {
    this.#random = random;
  }

  async put(record: JournalRecord): Promise<void> {
    if (this.isFull) throw new JournalError("full");
    await this.#write(() => this.#records.set(keyOf(record), record));
  }

  remove(key: JournalKey): Promise<void> {
    return this.#write(() => this.#records.delete(keyOf(key)));
  }

  /** A tab crashes: its writes under way are done or not, each for itself, and none is any later. */
  crash(): void {
    for (const write of this.#writing) {
      if (this.#random() < 0.5) write.act();
      write.isDropped = true;
    }
  }

  /** What there is, oldest first. */
  list(): JournalRecord[] {
    return [...this.#records.values()].sort((one, other) => one.at - other.at);
  }

  async #write(act: () => void): Promise<void> {
    const write: Write = { act, isDropped: false };
    this.#writing.add(write);
    await new Promise((resolve) => setTimeout(resolve, this.#random() * slowestWriteMs));
    this.#writing.delete(write);
    if (!write.isDropped) act();
  }
}

const keyOf = ({ sessionId, tabId, documentId }: JournalKey): string => [sessionId, tabId, documentId].join(" ");
