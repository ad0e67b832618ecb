import { maxCases } from "@greenroom/shared/jobs/grading.ts";
import type { ReactElement } from "react";
import { newId } from "../room/new-id.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextAreaField } from "../ui/field.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { useKeyboardKept } from "../ui/keyboard-place.ts";
import type { DraftPart } from "./fields.ts";
import { emptyCase, type CaseDraft, type ProblemDraft } from "./problem-draft.ts";

/** The test cases, in the order they are met. */
export function CaseFields({ draft, faults, onChange }: DraftPart): ReactElement {
  const { cases, style } = draft;
  const part = useKeyboardKept<HTMLElement>();
  const set = (changed: readonly CaseDraft[]) => onChange({ cases: changed });
  const isFull = cases.length >= maxCases;
  return (
    <section ref={part} className="form-part" aria-labelledby="test-cases">
      <h2 id="test-cases">Test cases</h2>
      <p className="field-hint">{caseHints[style]}</p>
      {faults.cases && (
        <p className="field-error" role="alert">
          {faults.cases}
        </p>
      )}
      {cases.map((one, index) => (
        <CaseRow
          key={one.id}
          one={one}
          number={index + 1}
          count={cases.length}
          isFull={isFull}
          style={style}
          inputError={faults[`input-${one.id}`]}
          expectedError={faults[`expected-${one.id}`]}
          onChange={(change) => set(cases.map((other) => (other.id === one.id ? { ...other, ...change } : other)))}
          onMove={(by) => set(moved(cases, index, by))}
          onDuplicate={() => set(cases.toSpliced(index + 1, 0, { ...one, id: newId() }))}
          onDelete={() => set(cases.toSpliced(index, 1))}
        />
      ))}
      <div className="button-row">
        <Button look="small" disabled={isFull} onClick={() => set([...cases, emptyCase("visible")])}>
          <Icon name="plus" />
          Add visible case
        </Button>
        <Button look="small" disabled={isFull} onClick={() => set([...cases, emptyCase("hidden")])}>
          <Icon name="plus" />
          Add hidden case
        </Button>
      </div>
    </section>
  );
}

const caseHints: Record<ProblemDraft["style"], string> = {
  stdin: "A visible case is an example for the candidate. Of a hidden one they see only how it went.",
  function:
    "Input: one line of JSON an argument, in order. Expected: the value that is to be returned, as JSON. A visible case is an example for the candidate; of a hidden one they see only how it went.",
  interactive:
    "The input and the expected text are for your interactor alone; it decides. A visible case is an example for the candidate; of a hidden one they see only how it went.",
};

function moved(cases: readonly CaseDraft[], index: number, by: -1 | 1): readonly CaseDraft[] {
  const one = cases[index];
  return one ? cases.toSpliced(index, 1).toSpliced(index + by, 0, one) : cases;
}

interface CaseRowProps {
  readonly one: CaseDraft;
  readonly number: number;
  readonly count: number;
  readonly isFull: boolean;
  readonly style: ProblemDraft["style"];
  readonly inputError: string | undefined;
  readonly expectedError: string | undefined;
  readonly onChange: (change: Partial<CaseDraft>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onDuplicate: () => void;
  readonly onDelete: () => void;
}

function CaseRow(props: CaseRowProps): ReactElement {
  const { one, number, count, style, onChange } = props;
  return (
    <fieldset className="case-fields">
      <legend>Test case {number}</legend>
      <div className="case-head">
        <SelectField
          label={`Who sees test case ${number}`}
          isLabelHidden
          value={one.visibility}
          onChange={({ target }) => onChange({ visibility: target.value === "hidden" ? "hidden" : "visible" })}
        >
          <option value="visible">Visible: an example</option>
          <option value="hidden">Hidden</option>
        </SelectField>
        <span className="case-actions">
          <CaseButton icon="up" name={`Move test case ${number} up`} off={number === 1} on={() => props.onMove(-1)} />
          <CaseButton
            icon="chevron"
            name={`Move test case ${number} down`}
            off={number === count}
            on={() => props.onMove(1)}
          />
          <CaseButton icon="copy" name={`Duplicate test case ${number}`} off={props.isFull} on={props.onDuplicate} />
          <CaseButton icon="trash" name={`Delete test case ${number}`} off={count === 1} on={props.onDelete} />
        </span>
      </div>
      <div className="field-row">
        <TextAreaField
          label="Input"
          isCode
          rows={linesOf(one.input)}
          value={one.input}
          error={props.inputError}
          onChange={({ target }) => onChange({ input: target.value })}
        />
        <TextAreaField
          label={style === "interactive" ? "For the interactor" : "Expected"}
          isCode
          rows={linesOf(one.expected)}
          value={one.expected}
          error={props.expectedError}
          onChange={({ target }) => onChange({ expected: target.value })}
        />
      </div>
    </fieldset>
  );
}

const linesOf = (text: string): number => Math.min(10, Math.max(3, text.slice(0, 2000).split("\n").length));

interface CaseButtonProps {
  readonly icon: IconName;
  readonly name: string;
  readonly off: boolean;
  readonly on: () => void;
}

function CaseButton({ icon, name, off, on }: CaseButtonProps): ReactElement {
  return (
    <Button look="quiet icon" aria-label={name} title={name} disabled={off} onClick={on}>
      <Icon name={icon} />
    </Button>
  );
}
