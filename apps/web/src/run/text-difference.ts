import { diffArrays, diffWordsWithSpace } from "diff";

/** A piece of a line: the same on both sides, or only on this one. */
export interface Piece {
  readonly text: string;
  readonly isDifferent: boolean;
}

export interface DifferenceLine {
  readonly side: "both" | "expected" | "got";
  readonly pieces: readonly Piece[];
}

/** Beyond so many changes or milliseconds a difference is not looked for any more: the texts have nothing in common. */
const bounds = { maxEditLength: 2000, timeout: 300 };
const longestLine = 2000;

/**
 * Line by line, what was expected and what came; lines that differ say where.
 *
 * @param isExact whether white space at line ends and empty lines at the end count
 */
export function differenceOf(expected: string, got: string, isExact: boolean): readonly DifferenceLine[] {
  const [before, after] = [linesOf(expected, isExact), linesOf(got, isExact)];
  const changes = diffArrays(before, after, bounds) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  return changes.flatMap((change, index) => {
    if (!change.removed && !change.added) return change.value.map((line) => whole("both", line, false));
    const next = changes[index + 1];
    if (change.removed && next?.added) return changed(change.value, next.value);
    if (change.added && changes[index - 1]?.removed) return [];
    const side = change.removed ? "expected" : "got";
    return change.value.map((line) => whole(side, line, true));
  });
}

function linesOf(text: string, isExact: boolean): string[] {
  if (!isExact) {
    const lines = text.split("\n").map((line) => line.trimEnd());
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }
  // The line end belongs to the line, so that a missing one is seen.
  return text.split(/(?<=\n)/);
}

const whole = (side: DifferenceLine["side"], text: string, isDifferent: boolean): DifferenceLine => ({
  side,
  pieces: [{ text, isDifferent }],
});

/** Lines in place of others: the first of these against the first of those, and so on. */
function changed(expected: readonly string[], got: readonly string[]): DifferenceLine[] {
  const count = Math.max(expected.length, got.length);
  return Array.from({ length: count }, (_, index) => pair(expected[index], got[index])).flat();
}

function pair(expected: string | undefined, got: string | undefined): DifferenceLine[] {
  if (expected === undefined) return [whole("got", got ?? "", true)];
  if (got === undefined) return [whole("expected", expected, true)];
  const words =
    expected.length > longestLine || got.length > longestLine ? undefined : diffWordsWithSpace(expected, got, bounds);
  if (!words) return [whole("expected", expected, true), whole("got", got, true)];
  const side = (one: "expected" | "got"): DifferenceLine => ({
    side: one,
    pieces: words
      .filter((word) => (one === "expected" ? !word.added : !word.removed))
      .map(({ value, added, removed }) => ({ text: value, isDifferent: added || removed })),
  });
  return [side("expected"), side("got")];
}

/** White space as it is drawn where it is the difference. */
export function visibleSpace(text: string): string {
  return text.replaceAll(" ", "·").replaceAll("\t", "→").replaceAll("\r", "␍").replaceAll("\n", "↵");
}

/** JSON with a space behind each comma and none elsewhere, but for what is in its strings. */
export function spacedJson(text: string): string {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+|,/g, (found, string: string | undefined) =>
    string === undefined ? (found === "," ? ", " : "") : string,
  );
}
