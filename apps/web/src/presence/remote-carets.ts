import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { Rope } from "@greenroom/shared/ot/rope.ts";
import type { Utf16Edit } from "@greenroom/shared/ot/utf16.ts";
import type { DocumentClient } from "../document/document-client.ts";
import { carryOffset, carryRange, toLocalPosition, type OffsetRange } from "../document/positions.ts";

/** Somebody else's carets in one document, in UTF-16 offsets of the local text. The first is the one with the name. */
export interface RemoteCaret {
  readonly connectionId: string;
  readonly participantId: string;
  readonly ranges: readonly OffsetRange[];
  /** Grows with every movement of its owner's: then the name is shown for a while. */
  readonly moves: number;
  /** The beginning of the first line that they see, where they have told. [P6] */
  readonly top: number | undefined;
  /** Grows with every scrolling of its owner's. */
  readonly scrolls: number;
}

/** Where the others are in one document; what anybody writes carries them along. [P2] */
export class RemoteCarets {
  #carets = new Map<string, RemoteCaret>();
  readonly #listeners = new Set<() => void>();

  get all(): readonly RemoteCaret[] {
    return [...this.#carets.values()];
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  receive(frame: DownFrameOf<"presence">, client: DocumentClient): void {
    const { connectionId, participantId, selections } = frame;
    const before = this.#carets.get(connectionId);
    if (selections.length === 0) {
      if (!this.#carets.delete(connectionId)) return;
    } else {
      const toOffset = (position: number) => client.rope.toUtf16(toLocalPosition(position, client.pending));
      const ranges = selections.map(({ anchor, head }) => ({ anchor: toOffset(anchor), head: toOffset(head) }));
      const top = frame.top === undefined ? undefined : toOffset(frame.top);
      const moves = (before?.moves ?? 0) + (areEqual(before?.ranges, ranges) ? 0 : 1);
      const scrolls = (before?.scrolls ?? 0) + (before?.top === top ? 0 : 1);
      this.#carets.set(connectionId, { connectionId, participantId, ranges, moves, top, scrolls });
    }
    this.#changed();
  }

  /** The text was edited; an author's own caret goes with what they typed, nobody else's does. */
  carry(edits: readonly Utf16Edit[], authorId: string | undefined): void {
    if (this.#carets.size === 0) return;
    for (const [connectionId, caret] of this.#carets) {
      const isAuthor = caret.participantId === authorId;
      const ranges = caret.ranges.map((range) => carryRange(range, edits, isAuthor ? "push" : "stay"));
      const top = caret.top === undefined ? undefined : carryOffset(caret.top, edits, "push");
      this.#carets.set(connectionId, { ...caret, ranges, top, moves: caret.moves + (isAuthor ? 1 : 0) });
    }
    this.#changed();
  }

  /** Those who are gone leave no caret behind. */
  keep(participantIds: ReadonlySet<string>): void {
    const before = this.#carets.size;
    for (const [connectionId, caret] of this.#carets) {
      if (!participantIds.has(caret.participantId)) this.#carets.delete(connectionId);
    }
    if (this.#carets.size !== before) this.#changed();
  }

  clear(): void {
    this.#carets.clear();
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function areEqual(one: readonly OffsetRange[] | undefined, other: readonly OffsetRange[]): boolean {
  return (
    one?.length === other.length &&
    one.every(({ anchor, head }, index) => other[index]?.anchor === anchor && other[index].head === head)
  );
}

/** Offsets of the local text as the frame's code points. */
export function inCodePoints(text: Rope, ranges: readonly OffsetRange[]): OffsetRange[] {
  return ranges.map(({ anchor, head }) => ({ anchor: text.toCodePoints(anchor), head: text.toCodePoints(head) }));
}
