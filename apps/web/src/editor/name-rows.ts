/** A caret whose name is shown. */
export interface NamedCaret {
  /** The caret's, from 1. */
  readonly line: number;
  /** Where the name begins and how wide it is, in pixels. */
  readonly left: number;
  readonly width: number;
}

/** Counted from the caret's line: right above it is best, and further away than this nobody sees whose name it is. */
const rows = [-1, -2, -3, 1, 2, 3];

/**
 * On which rows names can be read that would otherwise lie on each other. Whoever comes first in the list keeps the best
 * place, so that a name which stands already does not give way to one that appears.
 *
 * @returns for each caret a row, counted from its line
 */
export function nameRows(carets: readonly NamedCaret[]): number[] {
  const taken: NamedCaret[] = [];
  return carets.map((caret) => {
    const inSight = rows.filter((row) => caret.line + row >= 1);
    const isFree = (row: number) => !taken.some((other) => doMeet(other, { ...caret, line: caret.line + row }));
    // With so many people at one place some names do lie on each other.
    const row = inSight.find(isFree) ?? inSight[0] ?? 1;
    taken.push({ ...caret, line: caret.line + row });
    return row;
  });
}

function doMeet(one: NamedCaret, other: NamedCaret): boolean {
  return one.line === other.line && one.left < other.left + other.width && other.left < one.left + one.width;
}
