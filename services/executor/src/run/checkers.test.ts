import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BuiltInChecker, compare } from "./checkers.ts";

const bytes = (text: string | Buffer): Buffer => (typeof text === "string" ? Buffer.from(text) : text);
const differs = (checker: BuiltInChecker, got: string | Buffer, expected: string | Buffer): string | undefined =>
  compare(checker, bytes(got), bytes(expected))?.();
const float = (absolute: number, relative = 0): BuiltInChecker => ({ kind: "float", absolute, relative });

/** Rows of [got, expected, what each kind says: + accepted, - not], in the order of `kinds`. */
const kinds = ["exact", "lines", "tokens", "unordered-lines"] as const;
const rows: [string | Buffer, string | Buffer, string][] = [
  ["5\n", "5\n", "++++"],
  ["5", "5\n", "-+++"],
  ["5 \t\n\n\n", "5", "-+++"],
  ["5\r\n6\r\n", "5\n6\n", "-+++"],
  ["5\n\n6", "5\n6", "--+-"],
  ["\n5", "5", "--+-"],
  [" 5", "5", "--+-"],
  ["1  2", "1 2", "--+-"],
  ["1\n2\n", "1 2\n", "--+-"],
  ["2\n1\n", "1\n2\n", "---+"],
  ["1\n1\n2\n", "1\n2\n2\n", "----"],
  ["1\n2\n", "1\n", "----"],
  ["1\n", "1\n2\n", "----"],
  ["", "", "++++"],
  ["", "\n", "-+++"],
  [" \r\n\t\n", "", "-+++"],
  ["", "0", "----"],
  ["0", "", "----"],
  ["a\0", "a", "----"],
  ["a\0b", "a\0b", "++++"],
  ["a\0b", "a\0c", "----"],
  [Buffer.from([0xff]), Buffer.from([0xff]), "++++"],
  // Both would read as U+FFFD.
  [Buffer.from([0xff]), Buffer.from([0xfe]), "----"],
  [Buffer.from([0xff]), "\ufffd", "----"],
  // Unicode's spaces are no white space, as a byte order mark is none.
  ["a\u00a0b", "a b", "----"],
  ["5\u2003", "5", "----"],
  ["\ufeff5", "5", "----"],
  ["é", "e\u0301", "----"],
  ["a\rb", "a\nb", "--+-"],
  ["1\v\f\n", "1\n", "-+++"],
  ["Yes", "yes", "----"],
  ["1.0", "1", "----"],
];

describe.each(kinds.map((kind, index) => ({ kind, index })))("$kind", ({ kind, index }) => {
  it.each(rows)("of %j, when %j is expected: %s", (got, expected, says) => {
    expect(differs({ kind }, got, expected) === undefined ? "+" : "-").toBe(says[index]);
  });
});

describe("float", () => {
  it.each([
    ["1e5", "100000"],
    ["100000.000", "1E+5"],
    ["+1", "1"],
    ["-0", "0"],
    ["-0.0", "+0e7"],
    [".5", "0.5"],
    ["5.", "5"],
    ["007", "7"],
    ["1 yes\n2", "1.0 yes 2.00\n"],
    ["nan inf 0x10", "nan inf 0x10"],
    ["9007199254740993", "9007199254740993.0"],
    [`1${"0".repeat(400)}`, "1e400"],
    ["1e-400", "0.1e-399"],
  ])("takes %s for %s without any tolerance", (got, expected) => {
    expect(differs(float(0), got, expected)).toBeUndefined();
  });

  it.each([
    ["nan", "NaN"],
    ["nan", "0"],
    ["inf", "Infinity"],
    ["inf", "1e999"],
    ["-inf", "inf"],
    ["0x10", "16"],
    ["1_000", "1000"],
    ["1,5", "1.5"],
    ["1e", "1"],
    [".", "0"],
    ["", "0"],
    ["--1", "1"],
    ["yes", "1"],
    // Doubles call these equal.
    ["9007199254740992", "9007199254740993"],
    ["0.1000000000000000000001", "0.1"],
    // Numbers only up to a size: nobody may keep us multiplying.
    ["1e2000", "10e1999"],
    [`+${"1".repeat(1001)}`, "1".repeat(1001)],
  ])("does not take %s for %s without any tolerance", (got, expected) => {
    expect(differs(float(0), got, expected)).toBeDefined();
  });

  it.each<[string, string, number, number, boolean]>([
    // got, expected, absolute, relative: exactly on the bound is within it, though doubles say otherwise.
    ["1.1", "1", 0.1, 0, true],
    ["0.3", "0.1", 0.2, 0, true],
    ["1.1000000000000000000001", "1", 0.1, 0, false],
    ["1.000001", "1", 1e-6, 0, true],
    ["1.0000011", "1", 1e-6, 0, false],
    ["1000001", "1000000", 0, 1e-6, true],
    ["1000001.1", "1000000", 0, 1e-6, false],
    ["-1000001", "-1000000", 0, 1e-6, true],
    // Either is enough; both together are not added.
    ["2.5", "1", 1, 0.5, false],
    ["2", "1", 1, 0.5, true],
    ["1.5", "1", 0.1, 0.5, true],
    // What is expected counts, not what came.
    ["2", "1", 0, 0.5, false],
    ["1", "2", 0, 0.5, true],
    ["1e-7", "0", 0, 1, false],
    ["0", "1", 0, 1, true],
    ["1e308", "-1e308", 0, 1, false],
    ["1e309", "1.0000001e309", 0, 1e-6, true],
    ["1e309", "1.01e309", 0, 1e-6, false],
  ])("%s for %s within %d or %d of it: %s", (got, expected, absolute, relative, accepted) => {
    expect(differs(float(absolute, relative), got, expected) === undefined).toBe(accepted);
  });

  it("agrees with exact arithmetic on integers, whatever the tolerance", () => {
    const integer = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
    fc.assert(
      fc.property(integer, fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(0, 1), (expected, off, absolute) => {
        const distance = off < 0n ? -off : off;
        const said = differs(float(absolute), String(expected + off), String(expected)) === undefined;
        expect(said).toBe(distance <= BigInt(absolute));
      }),
    );
  });
});

/** Text in which white space, line ends and equal words are likely. */
const text = fc
  .array(fc.constantFrom("a", "b", "1", "2.0", " ", "\t", "\n", "\n", "\r\n", "\0", "é"), { maxLength: 12 })
  .map((parts) => parts.join(""));

const linesOf = (whole: string): string[] => {
  const lines = whole.split("\n").map((line) => line.replace(/[ \t\r\v\f]+$/, ""));
  while (lines.at(-1) === "") lines.pop();
  return lines;
};
const wordsOf = (whole: string): string[] => whole.split(/[ \t\r\n\v\f]+/).filter((word) => word !== "");

it("lines, words and unordered lines are what a plain reading of the rules says", () => {
  fc.assert(
    fc.property(text, text, (got, expected) => {
      const accepts = (kind: (typeof kinds)[number]): boolean => differs({ kind }, got, expected) === undefined;
      expect(accepts("exact")).toBe(got === expected);
      expect(accepts("lines")).toBe(linesOf(got).join("\n") === linesOf(expected).join("\n"));
      expect(accepts("tokens")).toBe(wordsOf(got).join(" ") === wordsOf(expected).join(" "));
      expect(accepts("unordered-lines")).toBe(
        linesOf(got).toSorted().join("\n") === linesOf(expected).toSorted().join("\n"),
      );
    }),
    { numRuns: 2_000 },
  );
});

it("a message is short, whole and there whenever something is not accepted", () => {
  const checkers: BuiltInChecker[] = [...kinds.map((kind) => ({ kind })), float(1e-6, 1e-6)];
  const anything = fc.oneof(text, fc.string({ unit: "binary", maxLength: 300 }));
  fc.assert(
    fc.property(fc.constantFrom(...checkers), anything, anything, (checker, got, expected) => {
      const message = differs(checker, got, expected);
      if (message === undefined) return;
      expect(message.length).toBeLessThanOrEqual(200);
      expect(message.isWellFormed()).toBe(true);
      expect(message).not.toMatch(/[\0\n\r]/);
    }),
  );
});

it.each<[BuiltInChecker, string, string, string]>([
  [{ kind: "lines" }, "1\n2\n6\n", "1\n2\n5\n", 'Line 3: expected "5", got "6".'],
  [{ kind: "lines" }, "1\n", "1\n2\n", 'Line 2: expected "2", got the end.'],
  [{ kind: "lines" }, "1\n2\n", "1\n", 'Line 2: expected the end, got "2".'],
  [{ kind: "exact" }, "1\n5", "1\n5\n", 'Line 2: expected "5\\n", got "5".'],
  [{ kind: "exact" }, "1\r\n5", "1\n5\n", 'Line 1: expected "1\\n", got "1\\r\\n".'],
  [{ kind: "exact" }, "1\n", "1\n\n", 'Line 2: expected "\\n", got the end.'],
  [{ kind: "tokens" }, "1\n2 3", "1 2\n4", 'Line 2, word 3: expected "4", got "3".'],
  [{ kind: "tokens" }, "1", "1 2", 'Line 1, word 2: expected "2", got the end.'],
  [{ kind: "unordered-lines" }, "b\na\na", "a\nb", 'Line 3: "a" was not expected, or not so often.'],
  [{ kind: "unordered-lines" }, "b", "a\nb", 'A line is missing: "a".'],
  [
    { kind: "lines" },
    `${"x".repeat(100)}y${"z".repeat(100)}`,
    "x".repeat(100),
    `Line 1: expected …"${"x".repeat(20)}", got …"${"x".repeat(20)}y${"z".repeat(39)}"….`,
  ],
])("%j says where it differs", (checker, got, expected, message) => {
  expect(differs(checker, got, expected)).toBe(message);
});

it("takes time in proportion to the largest output, whatever is in it", () => {
  const size = 1024 * 1024;
  const large = ["a".repeat(size), "a ".repeat(size / 2), " ".repeat(size), "1\n".repeat(size / 2), "\n".repeat(size)];
  const startedAt = performance.now();
  for (const kind of kinds) for (const got of large) differs({ kind }, got, `${got}b`);
  differs(float(1e-6), "1.0000001 ".repeat(100_000), "1 ".repeat(100_000));
  differs(float(0), `${"9".repeat(990)} `.repeat(1000), `${"9".repeat(990)}.0 `.repeat(1000));
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
