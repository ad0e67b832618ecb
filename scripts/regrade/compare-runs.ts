import type { CaseResult, Receipt, RunResult } from "@greenroom/shared/jobs/run-result.ts";

export interface Comparison {
  /** Each line of a table: what was, what is, and whether that is the same. */
  readonly rows: readonly (readonly string[])[];
  /** What is not the same, in words; empty when the run came to the same again, made of the same. */
  readonly differences: readonly string[];
}

/** Compares two results of one graded run: verdicts case by case, and receipts. Times are shown, and never the same. */
export function compareRuns(before: RunResult, after: RunResult): Comparison {
  const count = Math.max(before.cases?.length ?? 0, after.cases?.length ?? 0);
  const cases = Array.from({ length: count }, (_, index) => [before.cases?.[index], after.cases?.[index]] as const);
  const rows = [
    ["case", "before", "after", "ms before", "ms after", ""],
    ...cases.map(([one, other], index) => [
      `${index + 1}${(one ?? other)?.visibility === "hidden" ? " (hidden)" : ""}`,
      one?.verdict ?? "not run",
      other?.verdict ?? "not run",
      milliseconds(one),
      milliseconds(other),
      one?.verdict === other?.verdict ? "same" : "DIFFERENT",
    ]),
    ["run", describeOutcome(before), describeOutcome(after), milliseconds(before), milliseconds(after), ""],
  ];
  const verdicts = cases.flatMap(([one, other], index) =>
    one?.verdict === other?.verdict
      ? []
      : [`Case ${index + 1} was ${one?.verdict ?? "not run"}, and is ${other?.verdict ?? "not run"}.`],
  );
  const outcome =
    before.outcome === after.outcome
      ? []
      : [`The run was ${describeOutcome(before)}, and is ${describeOutcome(after)}.`];
  return { rows, differences: [...verdicts, ...outcome, ...compareReceipts(before.receipt, after.receipt)] };
}

function compareReceipts(before: Receipt | undefined, after: Receipt | undefined): string[] {
  if (!before || !after) return before === after ? [] : [`Only the ${before ? "first" : "second"} run has a receipt.`];
  // When it was made is all that must differ.
  const names = (Object.keys(before) as (keyof Receipt)[]).filter((name) => name !== "at");
  return names.flatMap((name) => {
    const [one, other] = [stable(before[name]), stable(after[name])];
    return one === other ? [] : [`The receipt's ${name} was ${one}, and is ${other}.`];
  });
}

/** JSON with sorted keys: what was stored meanwhile has its own order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null ? Object.fromEntries(Object.entries(part).toSorted()) : part,
  );
}

function describeOutcome({ outcome, errorCode }: RunResult): string {
  return errorCode === undefined ? outcome : `${outcome} (${errorCode})`;
}

function milliseconds(of: Pick<CaseResult, "wallMs"> | undefined): string {
  return of?.wallMs?.toFixed(1) ?? "";
}

/** Rows as lines, each column as wide as its widest cell. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
