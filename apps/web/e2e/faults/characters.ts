import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { operationsOf, type PendingState, textOf } from "../../src/document/pending-state.ts";

/** Private use, outside the basic plane: a surrogate pair in UTF-16, and typed by nobody else. */
const first = 0xf0000;
const perPerson = 4096;

/** Characters of one person's own: each is typed once in a round, so that every one can be looked for. */
export class OwnCharacters {
  readonly #from: number;
  #count = 0;

  constructor(person: number) {
    this.#from = first + person * perPerson;
  }

  /** What somebody types instead of `text`: one of their own first, and none of anybody's by chance. */
  mark(text: string): string {
    return this.#next() + [...text].filter((character) => !isOwnCharacter(character)).join("");
  }

  #next(): string {
    if (this.#count === perPerson) throw new Error("A person has typed all characters that there are.");
    return String.fromCodePoint(this.#from + this.#count++);
  }
}

export const isOwnCharacter = (character: string): boolean => (character.codePointAt(0) ?? 0) >= first;

export function ownCharactersOf(text: string): string[] {
  return [...text].filter(isOwnCharacter);
}

/** The countable characters that operations insert. */
export function insertedBy(operations: readonly TextOperation[]): Set<string> {
  const strings = operations.flat().filter((component) => typeof component === "string");
  return new Set(strings.flatMap(ownCharactersOf));
}

/** What all people of a round have done to countable characters, and what may have become of it. */
export class Account {
  /** Typed where somebody saw it appear. */
  readonly typed = new Set<string>();
  /** Deleted by somebody who saw it go. */
  readonly deleted = new Set<string>();
  /** Typed in a tab that crashed before it was kept: it may be missing. */
  readonly unkept = new Set<string>();
  /** Deleted in such a tab: it may still be there. */
  readonly undeleted = new Set<string>();

  /**
   * A tab is gone.
   *
   * @param crash what it had not been told is saved, what of it was written down, and the text that it showed
   */
  crashed({
    pending,
    kept,
    text,
  }: {
    pending: PendingState | undefined;
    kept: PendingState | undefined;
    text: string;
  }): void {
    for (const character of without(insertedIn(pending), insertedIn(kept))) this.unkept.add(character);
    for (const character of without(deletedIn(pending), deletedIn(kept))) this.undeleted.add(character);
    // Typed and deleted since: on the disk it may still be there.
    const onDisk = new Set(kept ? ownCharactersOf(textOf(kept)) : []);
    for (const character of without(onDisk, new Set(ownCharactersOf(text)))) this.undeleted.add(character);
  }

  /** @returns what is wrong with a text that everybody has in the end, in words */
  check(text: string): string[] {
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const character of ownCharactersOf(text)) {
      if (seen.has(character)) wrong.push(`${nameOf(character)} is there twice.`);
      seen.add(character);
      if (!this.typed.has(character)) wrong.push(`${nameOf(character)} was typed by nobody.`);
      if (this.deleted.has(character) && !this.undeleted.has(character))
        wrong.push(`${nameOf(character)} was deleted and is there.`);
    }
    for (const character of this.typed)
      if (!seen.has(character) && !this.deleted.has(character) && !this.unkept.has(character))
        wrong.push(`${nameOf(character)} was typed and is lost.`);
    return wrong;
  }
}

function insertedIn(state: PendingState | undefined): Set<string> {
  return state ? insertedBy(operationsOf(state)) : new Set();
}

/** Countable characters that were in the server's text, or are on their way to it, and are gone from the person's. */
function deletedIn(state: PendingState | undefined): Set<string> {
  if (!state) return new Set();
  const there = new Set([...ownCharactersOf(state.base), ...insertedIn(state)]);
  return without(there, new Set(ownCharactersOf(textOf(state))));
}

const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): Set<string> =>
  new Set([...some].filter((one) => !others.has(one)));

function nameOf(character: string): string {
  const number = (character.codePointAt(0) ?? 0) - first;
  return `Character ${number % perPerson} of person ${Math.floor(number / perPerson)}`;
}
