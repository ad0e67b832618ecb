import { type TextSelection, transformSelection } from "@greenroom/shared/ot/selection.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { CommittedOperation } from "@greenroom/shared/protocol/document.ts";

/** Where the carets of one connection are. */
export interface Caret {
  readonly participantId: string;
  readonly documentId: string;
  readonly selections: readonly TextSelection[];
  /** The beginning of the first line that they see. [P6] */
  readonly top?: number;
}

/** Carries carets over operations: one's own typing pushes one's caret along, everybody else's leaves it where it is. */
export function carry(caret: Caret, operations: readonly CommittedOperation[]): Caret {
  const selections = caret.selections.map((selection) =>
    operations.reduce(
      (moved, { operation, participantId }) =>
        transformSelection(moved, operation as TextOperation, participantId === caret.participantId ? "push" : "stay"),
      selection,
    ),
  );
  return { ...caret, selections, ...carriedTop(caret, operations) };
}

/** What is inserted exactly at it stands above the line, whoever wrote it. */
function carriedTop({ top }: Caret, operations: readonly CommittedOperation[]): Pick<Caret, "top"> {
  if (top === undefined) return {};
  const at = operations.reduce(
    (moved, { operation }) => transformSelection(moved, operation as TextOperation, "push"),
    { anchor: top, head: top },
  );
  return { top: at.head };
}

/** Nothing is beyond the text's end, whatever was sent. */
export function clamp(caret: Caret, length: number): Caret {
  const within = (position: number): number => Math.min(position, length);
  const selections = caret.selections.map(({ anchor, head }) => ({ anchor: within(anchor), head: within(head) }));
  return { ...caret, selections, ...(caret.top !== undefined && { top: within(caret.top) }) };
}

/** The carets of everybody in a room, always at the committed revision of their documents; never stored. [P2] */
export class Carets {
  readonly #carets = new Map<string, Caret>();

  set(connectionId: string, caret: Caret): void {
    this.#carets.set(connectionId, caret);
  }

  /** @returns what was known of the connection */
  remove(connectionId: string): Caret | undefined {
    const caret = this.#carets.get(connectionId);
    this.#carets.delete(connectionId);
    return caret;
  }

  find(connectionId: string): Caret | undefined {
    return this.#carets.get(connectionId);
  }

  /** Everybody's, by participant; of several sockets, the last. */
  byParticipant(): Map<string, Caret> {
    return new Map([...this.#carets.values()].map((caret) => [caret.participantId, caret]));
  }

  /** Everybody's in one document. */
  in(documentId: string): [connectionId: string, caret: Caret][] {
    return [...this.#carets].filter(([, caret]) => caret.documentId === documentId);
  }

  carryAll(documentId: string, operations: readonly CommittedOperation[]): void {
    for (const [connectionId, caret] of this.in(documentId)) this.#carets.set(connectionId, carry(caret, operations));
  }
}
