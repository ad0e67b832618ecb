export interface TerminalListener {
  readonly write: (text: string) => void;
  /** All before was another run's. */
  readonly clear: () => void;
}

/** A run's output as it came, control characters and all: what a terminal draws, from the first character on. */
export class TerminalFeed {
  readonly #listeners = new Set<TerminalListener>();
  #pieces: string[] = [];

  write(text: string): void {
    this.#pieces.push(text);
    for (const listener of this.#listeners) listener.write(text);
  }

  clear(): void {
    this.#pieces = [];
    for (const listener of this.#listeners) listener.clear();
  }

  /** A listener begins with all there is. */
  subscribe(listener: TerminalListener): () => void {
    for (const piece of this.#pieces) listener.write(piece);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
