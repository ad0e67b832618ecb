import { codePointLength, normalize, type TextComponent, type TextOperation } from "./text-operation.ts";

/**
 * How long pieces are, in UTF-16 units. An operation copies the list of pieces and counts within one of them: 1 MiB of
 * text is 256 pieces, and both take about a microsecond.
 */
const usual = 4_096;
const longest = 8_192;
const shortest = 1_024;

interface Piece {
  readonly text: string;
  /** How many code points it has: as many as UTF-16 units, unless something in it takes two. */
  readonly points: number;
}

/**
 * A text that is cheap to change however long it is: pieces of some thousand characters, each of which knows how many
 * code points it has. It never changes itself, and shares with the text it was made from all pieces but those that differ.
 * It does what ot-text-unicode does to a string, for which every operation counts and copies the whole text.
 */
export class Rope {
  static readonly empty = new Rope([]);
  /** In code points. */
  readonly length: number;
  /** In UTF-16 units. */
  readonly units: number;
  readonly #pieces: readonly Piece[];
  #whole: string | undefined;

  private constructor(pieces: readonly Piece[], whole?: string) {
    this.#pieces = pieces;
    this.#whole = whole;
    let length = 0;
    let units = 0;
    for (const { text, points } of pieces) {
      length += points;
      units += text.length;
    }
    this.length = length;
    this.units = units;
  }

  /** @param text well-formed */
  static of(text: string | Rope): Rope {
    if (text instanceof Rope) return text;
    return new Rope(cut(text), text);
  }

  /** @param pieces none of them empty */
  static ofPieces(pieces: readonly Piece[]): Rope {
    return new Rope(pieces);
  }

  toString(): string {
    this.#whole ??= this.#pieces.length === 1 ? this.#pieces[0]?.text : this.#pieces.map(({ text }) => text).join("");
    return this.#whole ?? "";
  }

  walk(): RopeWalk {
    return new RopeWalk(this.#pieces);
  }

  /** The text after the operation, which must have passed `validateOperation` for this very text. */
  apply(operation: TextOperation): Rope {
    const walk = this.walk();
    const after = new RopeBuilder();
    for (const component of operation) {
      if (typeof component === "number") walk.pass(component, after);
      else if (typeof component === "string") after.add(component, codePointLength(component));
      else walk.pass(component.d);
    }
    walk.pass(this.length - walk.point, after);
    return after.build();
  }

  /** The operation that undoes this one, which was made for this text. */
  inverseOf(operation: TextOperation): TextOperation {
    const walk = this.walk();
    const inverse: TextComponent[] = [];
    for (const component of operation) {
      if (typeof component === "number") {
        inverse.push(component);
        walk.pass(component);
      } else if (typeof component === "string") {
        inverse.push({ d: codePointLength(component) });
      } else {
        const deleted = new RopeBuilder();
        walk.pass(component.d, deleted);
        inverse.push(deleted.build().toString());
      }
    }
    return normalize(inverse);
  }

  /** UTF-16 offset → code points before it. An offset inside a surrogate pair counts the pair. */
  toCodePoints(unit: number): number {
    const walk = this.walk();
    walk.passTo(unit);
    return walk.point;
  }

  /** Code points → UTF-16 offset of the same place. */
  toUtf16(point: number): number {
    const walk = this.walk();
    walk.pass(Math.min(point, this.length));
    return walk.unit;
  }
}

/** No piece begins or ends within a surrogate pair. */
function cut(text: string): Piece[] {
  if (text.length === 0) return [];
  if (text.length <= longest) return [{ text, points: codePointLength(text) }];
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfPair(text, Math.min(start + usual, text.length));
    const piece = text.slice(start, end);
    pieces.push({ text: piece, points: codePointLength(piece) });
    start = end;
  }
  return pieces;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** An offset inside a surrogate pair of a well-formed text moves to the pair's end; any other stays. */
function endOfPair(text: string, unit: number): number {
  return unit > 0 && isHigh(text.charCodeAt(unit - 1)) ? unit + 1 : unit;
}

/** Who gets what a walk passes over. */
export type Passed = Pick<RopeBuilder, "add" | "addPiece">;

/** A place in a rope, which moves on from its beginning. */
export class RopeWalk {
  /** Where it is, in UTF-16 units and in code points. */
  unit = 0;
  point = 0;
  readonly #pieces: readonly Piece[];
  #index = 0;
  /** Where it is in the piece. */
  #unitInPiece = 0;
  #pointInPiece = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /**
   * Moves on by so many code points.
   *
   * @param into gets what is passed over
   */
  pass(points: number, into?: Passed): void {
    for (let left = points; left > 0;) {
      const piece = this.#piece();
      const rest = piece.points - this.#pointInPiece;
      if (left < rest) {
        const from = this.#unitInPiece;
        this.#moveWithin(unitAfter(piece, from, left), left);
        into?.add(piece.text.slice(from, this.#unitInPiece), left);
        return;
      }
      if (this.#unitInPiece === 0) into?.addPiece(piece);
      else into?.add(piece.text.slice(this.#unitInPiece), rest);
      this.#toNextPiece(piece);
      left -= rest;
    }
  }

  /** Moves on to a UTF-16 offset, or behind the surrogate pair that it lies in. */
  passTo(unit: number): void {
    while (this.unit < unit) {
      const piece = this.#piece();
      const end = this.#unitInPiece + unit - this.unit;
      if (end >= piece.text.length) this.#toNextPiece(piece);
      else {
        const to = endOfPair(piece.text, end);
        const passed = to - this.#unitInPiece;
        this.#moveWithin(to, isPlain(piece) ? passed : codePointLength(piece.text.slice(this.#unitInPiece, to)));
      }
    }
  }

  #piece(): Piece {
    const piece = this.#pieces[this.#index];
    if (!piece) throw new RangeError("There is nothing beyond a text's end.");
    return piece;
  }

  #moveWithin(unitInPiece: number, points: number): void {
    this.unit += unitInPiece - this.#unitInPiece;
    this.point += points;
    this.#unitInPiece = unitInPiece;
    this.#pointInPiece += points;
  }

  #toNextPiece(piece: Piece): void {
    this.#moveWithin(piece.text.length, piece.points - this.#pointInPiece);
    this.#index += 1;
    this.#unitInPiece = 0;
    this.#pointInPiece = 0;
  }
}

/** Nothing in it takes two units: code points are UTF-16 units. */
const isPlain = ({ text, points }: Piece): boolean => text.length === points;

/** Where in a piece one is so many code points after a UTF-16 offset. */
function unitAfter(piece: Piece, start: number, points: number): number {
  if (isPlain(piece)) return start + points;
  let unit = start;
  for (let point = 0; point < points; point++) unit += isHigh(piece.text.charCodeAt(unit)) ? 2 : 1;
  return unit;
}

/** Puts a rope together from front to back, and sees to it that pieces stay neither small nor large. */
export class RopeBuilder {
  readonly #pieces: Piece[] = [];
  /** The end, which is not a piece yet. */
  #text = "";
  #points = 0;

  /** @param points how many code points the text has */
  add(text: string, points: number): void {
    if (this.#text === "") this.#reopen();
    this.#text += text;
    this.#points += points;
    if (this.#text.length > longest) this.#close();
  }

  addPiece(piece: Piece): void {
    if (this.#text !== "" && this.#text.length < shortest) this.add(piece.text, piece.points);
    else {
      this.#close();
      this.#pieces.push(piece);
    }
  }

  build(): Rope {
    this.#close();
    return Rope.ofPieces(this.#pieces);
  }

  /** What comes behind a small piece joins it: typing on makes no piece for each character. */
  #reopen(): void {
    const last = this.#pieces.at(-1);
    if (!last || last.text.length >= shortest) return;
    this.#pieces.pop();
    this.#text = last.text;
    this.#points = last.points;
  }

  #close(): void {
    if (this.#text === "") return;
    if (this.#text.length > longest) this.#pieces.push(...cut(this.#text));
    else this.#pieces.push({ text: this.#text, points: this.#points });
    this.#text = "";
    this.#points = 0;
  }
}
