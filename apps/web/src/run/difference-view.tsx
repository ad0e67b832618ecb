import type { Excerpt } from "@greenroom/shared/jobs/run-result.ts";
import { useMemo, type ReactElement } from "react";
import { Icon } from "../ui/icon.tsx";
import { createOutputCleaner } from "./output-text.ts";
import { differenceOf, spacedJson, visibleSpace, type DifferenceLine } from "./text-difference.ts";

export interface DifferenceProps {
  readonly expected: string;
  readonly got: Excerpt;
  /** Such as "Returned". */
  readonly gotLabel: string;
  readonly checker: string;
  /** Both are JSON, of which the white space says nothing. */
  readonly isValue: boolean;
}

/** Lines that are drawn; whoever needs more has lost already. */
const shownLines = 400;

/** What was expected beside what came, line by line. */
export function Difference({ expected, got, gotLabel, checker, isValue }: DifferenceProps): ReactElement {
  const isExact = checker === "exact";
  const lines = useMemo(() => {
    if (isValue) return differenceOf(spacedJson(expected), spacedJson(got.text), false);
    // Of an output that was cut, what is missing is not a difference.
    const comparable = got.cut ? expected.slice(0, got.text.length) : expected;
    return differenceOf(comparable, isExact ? got.text : createOutputCleaner()(got.text), isExact);
  }, [expected, got, isExact, isValue]);
  const hidden = lines.length - shownLines;
  return (
    <figure className="case-block">
      <figcaption>
        <span className="difference-key is-expected">
          <Icon name="check" />
          Expected
        </span>
        <span className="difference-key is-got">
          <Icon name="close" />
          {gotLabel}
        </span>
      </figcaption>
      {/* What scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="difference" tabIndex={0}>
        {lines.slice(0, shownLines).map((line, index) => (
          // Lines have no names, and never change.
          // oxlint-disable-next-line react/no-array-index-key
          <Line key={index} line={line} gotLabel={gotLabel} />
        ))}
      </div>
      {hidden > 0 && <p className="field-hint">{hidden} more lines are not shown.</p>}
      {got.cut && <p className="field-hint">Only the beginning of what it wrote was kept.</p>}
    </figure>
  );
}

const marks = { both: undefined, expected: "check", got: "close" } as const;

function Line({ line, gotLabel }: { line: DifferenceLine; gotLabel: string }): ReactElement {
  const { side, pieces } = line;
  const mark = marks[side];
  const names = { both: "", expected: "Expected: ", got: `${gotLabel}: ` };
  return (
    <div className={`difference-line is-${side}`}>
      <span className="difference-mark" aria-hidden="true">
        {mark && <Icon name={mark} />}
      </span>
      <span className="visually-hidden">{names[side]}</span>
      <span className="difference-text">
        {pieces.map(({ text, isDifferent }, index) =>
          isDifferent ? (
            // oxlint-disable-next-line react/no-array-index-key
            <mark key={index}>{text === "" ? "(empty line)" : spaced(text)}</mark>
          ) : (
            // oxlint-disable-next-line react/no-array-index-key
            <span key={index}>{text}</span>
          ),
        )}
      </span>
    </div>
  );
}

/** White space is drawn where it could be what differs: alone, or at an end of what does. */
function spaced(text: string): string {
  const inner = text.trim();
  const start = text.indexOf(inner);
  return inner === ""
    ? visibleSpace(text)
    : visibleSpace(text.slice(0, start)) + inner + visibleSpace(text.slice(start + inner.length));
}
