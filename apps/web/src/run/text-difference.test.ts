import { describe, expect, it } from "vitest";
import { differenceOf, spacedJson, visibleSpace, type DifferenceLine } from "./text-difference.ts";

/** `-` expected, `+` got, blank both; what differs in brackets. */
function drawn(lines: readonly DifferenceLine[]): string[] {
  const marks = { both: " ", expected: "-", got: "+" };
  return lines.map(
    ({ side, pieces }) =>
      marks[side] + pieces.map(({ text, isDifferent }) => (isDifferent ? `[${visibleSpace(text)}]` : text)).join(""),
  );
}

describe("the difference between what was expected and what came", () => {
  it("stands within its line", () => {
    expect(drawn(differenceOf("1 2 3\nend\n", "1 5 3\nend\n", false))).toEqual(["-1 [2] 3", "+1 [5] 3", " end"]);
  });

  it("shows lines that are missing or too many", () => {
    expect(drawn(differenceOf("a\nb\nc", "a\nc\nd", false))).toEqual([" a", "-[b]", " c", "+[d]"]);
  });

  it("shows white space where it counts, and passes over it where it does not", () => {
    expect(drawn(differenceOf("a b\n", "a  b", true))).toEqual(["-a[·]b[↵]", "+a[··]b"]);
    expect(drawn(differenceOf("a\n", "a  \n\n", false))).toEqual([" a"]);
  });

  it("of values does not depend on how they are written", () => {
    expect(spacedJson('[ 1,2,\n"a, b" ]')).toBe('[1, 2, "a, b"]');
  });

  it("of texts that have nothing in common is found soon", () => {
    const text = (letter: string) => Array.from({ length: 8000 }, (_, line) => `${letter}${line}`).join("\n");
    expect(differenceOf(text("a"), text("b"), false)).toHaveLength(16_000);
  });
});
