/** Numbers as they were written down, compared exactly: a double would call 9007199254740993 and ...992 the same. */

/** What is longer, or has a larger exponent, is a word and no number: nobody may keep us multiplying. */
const maxLength = 1000;
const maxExponent = 1000;

/** Decimal notation, with or without an exponent. "nan", "inf", "0x10" and "1_000" are words. */
const pattern = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** digits × 10^exponent */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

export function isDecimal(word: string): boolean {
  const match = word.length > maxLength ? null : pattern.exec(word);
  return match !== null && Math.abs(Number(match[4] ?? 0)) <= maxExponent;
}

/** Throws when the word is no decimal. */
export function parseDecimal(word: string): Decimal {
  const match = isDecimal(word) ? pattern.exec(word) : null;
  if (!match) throw new Error("A word is no number.");
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction);
  return { digits: sign === "-" ? -digits : digits, exponent: Number(exponent) - fraction.length };
}

export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** |got - expected| ≤ absolute, or ≤ relative × |expected|; the tolerances as they print: 1e-9 is 10^-9. */
export function agrees(got: Decimal, expected: Decimal, tolerance: Tolerance): boolean {
  const absolute = parseDecimal(String(tolerance.absolute));
  const relative = parseDecimal(String(tolerance.relative));
  const size = magnitude(expected);
  const product = { digits: relative.digits * size.digits, exponent: relative.exponent + size.exponent };
  const difference = magnitude(minus(got, expected));
  return isAtMost(difference, absolute) || isAtMost(difference, product);
}

/** Both digits, scaled to the smaller exponent, which comes with them. */
function align(one: Decimal, other: Decimal): [bigint, bigint, number] {
  const exponent = Math.min(one.exponent, other.exponent);
  const scale = (number: Decimal): bigint => number.digits * 10n ** BigInt(number.exponent - exponent);
  return [scale(one), scale(other), exponent];
}

function minus(one: Decimal, other: Decimal): Decimal {
  const [left, right, exponent] = align(one, other);
  return { digits: left - right, exponent };
}

function isAtMost(one: Decimal, other: Decimal): boolean {
  const [left, right] = align(one, other);
  return left <= right;
}

function magnitude(number: Decimal): Decimal {
  return number.digits < 0n ? { digits: -number.digits, exponent: number.exponent } : number;
}
