import type { Rope } from "@greenroom/shared/ot/rope.ts";
import { compose, isEmpty, transform, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";

/** Changes further apart than this are undone one by one, in milliseconds. */
const groupingGapMs = 700;
/** A step that has grown to this many changes ends with the word. */
const longStep = 20;
/** Steps that can be undone, and the characters that they may hold together: text that was deleted is kept to come back. */
const maxDepth = 500;
const maxCharacters = 16 * 1024 * 1024;

interface Step {
  readonly operation: TextOperation;
  readonly at: number;
  readonly kind: EditKind;
  /** How many changes have joined in it. */
  readonly changes: number;
  /** Nothing more joins this step. */
  readonly closed: boolean;
  /** The group it belongs to; 0 for none. */
  readonly group: number;
}

/**
 * Typing joins typing, also what was typed in place of a selection ("retype"), and deleting joins deleting; anything else
 * (a paste, a large replacement) is a step of its own.
 */
export type EditKind = "type" | "retype" | "delete" | "other";

/**
 * Undo and redo of one's own changes alone. Each step is kept as the operation that would undo it now: the top one fits
 * the text as it is, the next one the text after that, and so on; what others write carries all of them along.
 */
export class UndoStack {
  #undo: Step[] = [];
  #redo: Step[] = [];
  /** The group that changes belong to now; 0 for none. */
  #group = 0;
  #groups = 0;

  /** `before` is the text the operation was made for; `at` is the time in milliseconds. */
  record(before: Rope, operation: TextOperation, at: number): void {
    if (isEmpty(operation)) return;
    this.#redo = [];
    const inverse = before.inverseOf(operation);
    const kind = kindOf(operation);
    const last = this.#undo.at(-1);
    const joins = last !== undefined && (this.#group > 0 ? last.group === this.#group : follows(last, kind, at));
    const changes = joins ? last.changes + 1 : 1;
    const closed = endsLine(operation) || (changes >= longStep && endsWord(operation));
    const step = { operation: inverse, at, kind, changes, closed, group: this.#group };
    // Both are one's own and stand next to each other, so composing them is exact.
    if (joins) this.#undo[this.#undo.length - 1] = { ...step, operation: compose(inverse, last.operation) };
    else this.#undo.push(step);
    this.#forget();
  }

  /** The newest step always stays. */
  #forget(): void {
    let characters = this.#undo.reduce((sum, step) => sum + charactersOf(step), 0);
    while (this.#undo.length > maxDepth || (characters > maxCharacters && this.#undo.length > 1)) {
      const oldest = this.#undo.shift();
      if (oldest) characters -= charactersOf(oldest);
    }
  }

  /** All changes until `endGroup` are one step: what an input method tries on the way to a word. */
  beginGroup(): void {
    if (this.#group === 0) this.#group = ++this.#groups;
  }

  endGroup(): void {
    const last = this.#undo.at(-1);
    if (last && this.#group > 0 && last.group === this.#group) {
      // Composed and given up again: there is nothing to undo.
      if (isEmpty(last.operation)) this.#undo.pop();
      else this.closeStep();
    }
    this.#group = 0;
  }

  /** Somebody else's operation has been applied to the text. */
  carry(operation: TextOperation): void {
    this.#undo = carried(this.#undo, operation);
    this.#redo = carried(this.#redo, operation);
  }

  /** The operation that undoes the last own step, to be applied to `text` at once; undefined when there is none. */
  undo(text: Rope): TextOperation | undefined {
    return move(this.#undo, this.#redo, text);
  }

  redo(text: Rope): TextOperation | undefined {
    return move(this.#redo, this.#undo, text);
  }

  /** The next change begins a step of its own. */
  closeStep(): void {
    const last = this.#undo.at(-1);
    if (last) this.#undo[this.#undo.length - 1] = { ...last, closed: true };
  }
}

/** Those that the step would bring back, in UTF-16 units. */
function charactersOf({ operation }: Step): number {
  return operation.reduce<number>((sum, one) => sum + (typeof one === "string" ? one.length : 0), 0);
}

function move(from: Step[], to: Step[], text: Rope): TextOperation | undefined {
  const step = from.pop();
  if (!step) return undefined;
  to.push({ ...step, operation: text.inverseOf(step.operation), closed: true });
  return step.operation;
}

function carried(steps: readonly Step[], operation: TextOperation): Step[] {
  const result: Step[] = [];
  let incoming = operation;
  for (const step of steps.toReversed()) {
    const next = transform(step.operation, incoming, "right");
    incoming = transform(incoming, step.operation, "left");
    // A step that others have left nothing of is gone, or undo would seem to do nothing.
    if (!isEmpty(next)) result.push({ ...step, operation: next });
  }
  return result.toReversed();
}

function follows(last: Step, kind: EditKind, at: number): boolean {
  const isSame = (kind === "delete" && last.kind === kind) || (kind === "type" && last.kind.endsWith("type"));
  return isSame && !last.closed && at - last.at <= groupingGapMs;
}

/** What several carets type at once is typing, too. */
function kindOf(operation: TextOperation): EditKind {
  const edits = operation.filter((component) => typeof component !== "number");
  if (edits.every((edit) => typeof edit === "string" && edit.length <= 2)) return "type";
  if (edits.every((edit) => typeof edit === "object" && edit.d <= 2)) return "delete";
  // What is put in stands before what it takes the place of.
  const isRetyped = edits.every((edit, index) =>
    index % 2 === 0 ? typeof edit === "string" && edit.length <= 2 : typeof edit === "object",
  );
  return isRetyped ? "retype" : "other";
}

function endsWord(operation: TextOperation): boolean {
  return operation.some((component) => typeof component === "string" && /\s$/.test(component));
}

function endsLine(operation: TextOperation): boolean {
  return operation.some((component) => typeof component === "string" && component.includes("\n"));
}
