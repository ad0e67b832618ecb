import type { Checker } from "@greenroom/shared/jobs/grading.ts";
import { unreachable } from "@greenroom/shared/unreachable.ts";
import { agrees, isDecimal, parseDecimal, type Tolerance } from "./decimal.ts";
import { describeLine, describeUnexpected, describeWord } from "./difference.ts";

/**
 * The checkers that are no program. All compare bytes: output that is no UTF-8, or that has NULs in it, is compared as it
 * is. White space is space, tab, line feed, vertical tab, form feed and carriage return; so "lines" and "tokens" do not
 * see whether lines end in LF or CR LF, and "exact" does. None looks at more than it has to, and each takes time in
 * proportion to what it looks at.
 */
export type BuiltInChecker = Exclude<Checker, { kind: "program" }>;

/** Undefined when the output is accepted; otherwise where it differs, put into words only when somebody asks. */
export type Difference = (() => string) | undefined;

export function compare(checker: BuiltInChecker, got: Buffer, expected: Buffer): Difference {
  if (got.equals(expected)) return undefined;
  switch (checker.kind) {
    case "exact":
      return () => describeFirstByte(got, expected);
    case "lines":
      return compareLines(got, expected);
    case "tokens":
      return compareWords(got, expected, () => false);
    case "float":
      return compareWords(got, expected, (one, other) => areClose(one, other, checker));
    case "unordered-lines":
      return compareLineSets(got, expected);
    default:
      return unreachable(checker);
  }
}

const lineFeed = 0x0a;
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);

/** From `start` up to the last byte that is no white space. */
function trimEnd(bytes: Buffer, start: number, end: number): number {
  let last = end;
  while (last > start && isSpace(bytes[last - 1])) last -= 1;
  return last;
}

/** A piece of an output: from start up to end. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Pieces are short and many: by bytes is quicker than a call into the runtime for each. */
function isSame(got: Buffer, one: Piece, expected: Buffer, other: Piece): boolean {
  const length = one.end - one.start;
  if (length !== other.end - other.start) return false;
  for (let i = 0; i < length; i++) if (got[one.start + i] !== expected[other.start + i]) return false;
  return true;
}

/** Goes through the lines, each without the white space at its end; empty lines at the end are none. */
class Lines {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = trimEnd(bytes, 0, bytes.length);
  }

  next(): Piece | undefined {
    if (this.#at >= this.#end) return undefined;
    const start = this.#at;
    let lineEnd = start;
    while (lineEnd < this.#end && this.#bytes[lineEnd] !== lineFeed) lineEnd += 1;
    this.#at = lineEnd + 1;
    return { start, end: trimEnd(this.#bytes, start, lineEnd) };
  }
}

function compareLines(got: Buffer, expected: Buffer): Difference {
  const [gotLines, expectedLines] = [new Lines(got), new Lines(expected)];
  for (let number = 1; ; number++) {
    const [one, other] = [gotLines.next(), expectedLines.next()];
    if (!one && !other) return undefined;
    if (one && other && isSame(got, one, expected, other)) continue;
    return () => describeLine({ number, got: cut(got, one), expected: cut(expected, other) });
  }
}

function compareLineSets(got: Buffer, expected: Buffer): Difference {
  const open = new Map<string, number>();
  const expectedLines = new Lines(expected);
  for (let line = expectedLines.next(); line; line = expectedLines.next()) {
    // Latin-1 keeps every byte apart.
    const text = expected.toString("latin1", line.start, line.end);
    open.set(text, (open.get(text) ?? 0) + 1);
  }
  const gotLines = new Lines(got);
  for (let line = gotLines.next(), number = 1; line; line = gotLines.next(), number++) {
    const text = got.toString("latin1", line.start, line.end);
    const left = open.get(text) ?? 0;
    const unexpected = got.subarray(line.start, line.end);
    if (left === 0) return () => describeUnexpected(number, unexpected);
    if (left === 1) open.delete(text);
    else open.set(text, left - 1);
  }
  const missing = open.keys().next().value;
  if (missing === undefined) return undefined;
  return () => describeLine({ number: undefined, got: undefined, expected: Buffer.from(missing, "latin1") });
}

/** Goes through the words between white space, and knows the line of the one it came to last. */
class Words {
  readonly #bytes: Buffer;
  #at = 0;
  line = 1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): Piece | undefined {
    const bytes = this.#bytes;
    let start = this.#at;
    for (; isSpace(bytes[start]); start++) if (bytes[start] === lineFeed) this.line += 1;
    let end = start;
    while (end < bytes.length && !isSpace(bytes[end])) end += 1;
    this.#at = end;
    return start === end ? undefined : { start, end };
  }
}

function compareWords(got: Buffer, expected: Buffer, isAlike: (got: string, expected: string) => boolean): Difference {
  const [gotWords, expectedWords] = [new Words(got), new Words(expected)];
  for (let number = 1; ; number++) {
    const [one, other] = [gotWords.next(), expectedWords.next()];
    if (!one && !other) return undefined;
    if (one && other) {
      if (isSame(got, one, expected, other)) continue;
      if (isAlike(got.toString("latin1", one.start, one.end), expected.toString("latin1", other.start, other.end)))
        continue;
    }
    const { line } = gotWords;
    return () => describeWord({ number, line, got: cut(got, one), expected: cut(expected, other) });
  }
}

/** How far doubles are trusted: further from the bound than this share of the numbers, they decide by themselves. */
const doubtful = 1e-12;
/** Doubles below this have few digits. */
const smallest = 1e-290;

/** Whether both words are numbers and agree; what doubles cannot tell is worked out exactly. */
function areClose(got: string, expected: string, tolerance: Tolerance): boolean {
  if (!isDecimal(got) || !isDecimal(expected)) return false;
  const [x, y] = [Number(got), Number(expected)];
  const allowed = Math.max(tolerance.absolute, tolerance.relative * Math.abs(y));
  const difference = Math.abs(x - y);
  const doubt = (Math.abs(x) + Math.abs(y) + allowed) * doubtful + smallest;
  if (difference > allowed + doubt && Number.isFinite(difference)) return false;
  if (difference < allowed - doubt) return true;
  return agrees(parseDecimal(got), parseDecimal(expected), tolerance);
}

function describeFirstByte(got: Buffer, expected: Buffer): string {
  let start = 0;
  let number = 1;
  for (let at = 0; at < got.length && got[at] === expected[at]; at++) {
    if (got[at] !== lineFeed) continue;
    start = at + 1;
    number += 1;
  }
  return describeLine({ number, got: wholeLine(got, start), expected: wholeLine(expected, start) });
}

/** A line with the line feed that ends it; undefined at the end. */
function wholeLine(bytes: Buffer, start: number): Buffer | undefined {
  if (start >= bytes.length) return undefined;
  const end = bytes.indexOf(lineFeed, start);
  return bytes.subarray(start, end === -1 ? bytes.length : end + 1);
}

function cut(bytes: Buffer, piece: Piece | undefined): Buffer | undefined {
  return piece && bytes.subarray(piece.start, piece.end);
}
