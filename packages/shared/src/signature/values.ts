import type { Scalar, Signature, ValueType } from "./signature.ts";

/** A value as a problem's author writes it and a candidate sees it, in JSON; integers are exact, whatever their size. */
export type Value = bigint | number | string | boolean | null | Value[];

/** The text is not a value of the type; `message` says what was expected, and where. */
export class ValueError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ValueError";
  }
}

const integerBits = { int: 32, long: 64 } as const;

/** JSON.parse hands a reviver the number as it was written (ECMA-262, JSON.parse source text access), so that none is rounded. */
type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

function parseJson(text: string): unknown {
  const exact: Reviver = (_key, value, context) =>
    typeof value === "number" && context?.source !== undefined && /^-?\d+$/.test(context.source)
      ? BigInt(context.source)
      : value;
  try {
    return JSON.parse(text, exact);
  } catch {
    throw new ValueError(`${quote(text)} is not JSON.`);
  }
}

/** The arguments of a call: one JSON value a line, one line a parameter. Throws a ValueError. */
export function parseArguments(signature: Signature, text: string): Value[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const { parameters } = signature;
  if (lines.length !== parameters.length) {
    throw new ValueError(
      `${lines.length} lines for ${parameters.length} parameters: one line of JSON is one argument.`,
    );
  }
  return parameters.map(({ name, type }, index) => checked(type, parseJson(lines[index] ?? ""), name));
}

/** A value of the type, from JSON. Throws a ValueError. */
export function parseValue(type: ValueType, text: string): Value {
  return checked(type, parseJson(text), "the value");
}

function checked(type: ValueType, value: unknown, where: string): Value {
  if (type.kind === "scalar") return scalar(type.of, value, where);
  if (!Array.isArray(value)) throw new ValueError(`${where}: a JSON array was expected, not ${quote(value)}.`);
  const items: readonly unknown[] = value;
  if (type.kind === "matrix") {
    return items.map((row, index) => checked({ kind: "array", of: type.of }, row, `${where}[${index}]`));
  }
  if (type.kind === "binary-tree") return tree(items, type.of, where);
  return items.map((item, index) => scalar(type.of, item, `${where}[${index}]`));
}

/** Levels from the top; every entry but the first hangs on one before it, so nothing may follow where nothing can hang. */
function tree(items: readonly unknown[], of: Scalar, where: string): Value[] {
  const values = items.map((item, index) => (item === null ? null : scalar(of, item, `${where}[${index}]`)));
  while (values.at(-1) === null) values.pop();
  let places = 1;
  values.forEach((value, index) => {
    if (places === 0) throw new ValueError(`${where}[${index}]: there is no node above it.`);
    places += value === null ? -1 : 1;
  });
  return values;
}

function scalar(of: Scalar, value: unknown, where: string): Value {
  switch (of) {
    case "int":
    case "long":
      return integer(of, value, where);
    case "double":
      if (typeof value === "bigint") return Number(value);
      if (typeof value === "number") return value;
      break;
    case "string":
      // A lone surrogate has no UTF-8.
      if (typeof value === "string" && value.isWellFormed()) return value;
      break;
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
  }
  throw new ValueError(`${where}: ${articles[of]} was expected, not ${quote(value)}.`);
}

const articles: Readonly<Record<Scalar, string>> = {
  int: "an int (32 bits)",
  long: "a long (64 bits)",
  double: "a number",
  string: "a string",
  boolean: "true or false",
};

function integer(of: "int" | "long", value: unknown, where: string): bigint {
  const whole = typeof value === "string" && of === "long" && /^-?\d{1,20}$/.test(value) ? BigInt(value) : value;
  if (typeof whole === "bigint" && BigInt.asIntN(integerBits[of], whole) === whole) return whole;
  throw new ValueError(`${where}: ${articles[of]} was expected, not ${quote(value)}.`);
}

function quote(value: unknown): string {
  const text = typeof value === "string" ? value : toJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** JSON on one line, with integers of any size. What JSON has no word for is written as JavaScript writes it. */
export function toJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => toJson(item)).join(",")}]`;
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  return JSON.stringify(value) ?? "nothing";
}

/**
 * How a driver is given values, and gives one back: words between white space. Integers and doubles in decimal; booleans 1
 * and 0; a string "x" and its UTF-8 in hexadecimal; arrays, lists and trees their length and then their items, matrices
 * their rows' number and then each as an array; a missing node of a tree "n".
 */
export function encode(value: Value): string {
  if (Array.isArray(value)) return [value.length, ...value.map((item) => encode(item))].join(" ");
  if (value === null) return "n";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "string") return `x${Array.from(new TextEncoder().encode(value), hex).join("")}`;
  return Object.is(value, -0) ? "-0.0" : String(value);
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/** The value that a driver gave back; undefined when these are not the words of one. */
export function decode(type: ValueType, text: string): Value | undefined {
  const words = text.split(/\s+/).filter((word) => word !== "");
  let at = 0;
  const next = (): string => {
    const word = words[at];
    at += 1;
    if (word === undefined) throw new ValueError("The words end too early.");
    return word;
  };
  try {
    const value = read(type, next);
    return at === words.length ? value : undefined;
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

function read(type: ValueType, next: () => string): Value {
  if (type.kind === "scalar") return readScalar(type.of, next());
  const length = Number(next());
  if (!Number.isSafeInteger(length) || length < 0) throw new ValueError("A length is no number.");
  const items: Value[] = [];
  for (let index = 0; index < length; index += 1) {
    if (type.kind === "matrix") items.push(read({ kind: "array", of: type.of }, next));
    else items.push(readItem(type, next()));
  }
  return items;
}

function readItem(type: Exclude<ValueType, { kind: "scalar" }>, word: string): Value {
  return type.kind === "binary-tree" && word === "n" ? null : readScalar(type.of, word);
}

function readScalar(of: Scalar, word: string): Value {
  switch (of) {
    case "int":
    case "long":
      if (/^-?\d{1,20}$/.test(word)) return integer(of, BigInt(word), "It");
      break;
    case "double":
      return readDouble(word);
    case "boolean":
      if (word === "1" || word === "0") return word === "1";
      break;
    case "string":
      return readString(word);
  }
  throw new ValueError(`"${word}" is no ${of}.`);
}

function readDouble(word: string): number {
  if (/^[+-]?nan$/i.test(word)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(word);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word)) throw new ValueError(`"${word}" is no double.`);
  return Number(word);
}

function readString(word: string): string {
  if (!/^x(?:[0-9a-f]{2})*$/i.test(word)) throw new ValueError("A string is not in hexadecimal.");
  const bytes = Uint8Array.from(word.slice(1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
