import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";

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

function nameOf(character: string): string {
  const number = (character.codePointAt(0) ?? 0) - first;
  return `Character ${number % perPerson} of person ${Math.floor(number / perPerson)}`;
}
