/** Where an output differs from what was expected, in words for people. */

/** Characters of a message. */
export const maxMessageLength = 200;
/** Of each of the two texts it shows, and of what both have in common before the place where they differ. */
const maxShown = 60;
const shownBefore = 20;
/** Bytes of a line that are looked at: whatever differs later is said without being shown. */
const maxLooked = 64 * 1024;

/** Undefined stands for the end of the output, or for what was expected to be its end. */
interface Pair {
  readonly got: Buffer | undefined;
  readonly expected: Buffer | undefined;
}

/** @param difference its `number` is undefined when what is missing has no place */
export function describeLine(difference: Pair & { readonly number: number | undefined }): string {
  const { number, got, expected } = difference;
  const [gotText, expectedText] = show(got, expected);
  if (number === undefined) return cutMessage(`A line is missing: ${expectedText}.`);
  return cutMessage(`Line ${number}: expected ${expectedText}, got ${gotText}.`);
}

export function describeUnexpected(number: number, got: Buffer): string {
  const [text] = show(got, undefined);
  return cutMessage(`Line ${number}: ${text} was not expected, or not so often.`);
}

/** @param difference the word's number in the whole output, and its line there */
export function describeWord(difference: Pair & { readonly number: number; readonly line: number }): string {
  const { number, line, got, expected } = difference;
  const [gotText, expectedText] = show(got, expected);
  return cutMessage(`Line ${line}, word ${number}: expected ${expectedText}, got ${gotText}.`);
}

/** Text cut to what a message may have, and to whole characters. */
export function cutMessage(text: string, length: number = maxMessageLength): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

function show(got: Buffer | undefined, expected: Buffer | undefined): [string, string] {
  const [one, other] = [read(got), read(expected)];
  let common = 0;
  while (common < one.length && one[common] === other[common]) common += 1;
  const from = common <= shownBefore ? 0 : common - shownBefore;
  return [quote(got && one, from), quote(expected && other, from)];
}

const read = (bytes: Buffer | undefined): string => bytes?.subarray(0, maxLooked).toString("utf8") ?? "";

/** In quotes, with what cannot be seen escaped as in JSON. */
function quote(text: string | undefined, from: number): string {
  if (text === undefined) return "the end";
  const piece = text.slice(from, from + maxShown).toWellFormed();
  const before = from > 0 ? "…" : "";
  const after = from + maxShown < text.length ? "…" : "";
  return `${before}${JSON.stringify(piece)}${after}`;
}
