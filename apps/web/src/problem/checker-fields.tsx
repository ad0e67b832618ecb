import type { Checker } from "@greenroom/shared/jobs/grading.ts";
import { useId, type ReactElement } from "react";
import { TextField } from "../ui/field.tsx";
import { checkerChoices } from "./checker-text.ts";
import type { DraftPart } from "./fields.ts";
import { ProgramFields } from "./program-fields.tsx";

/** How a program's output is compared with what was expected. */
export function CheckerFields({ draft, faults, onChange }: DraftPart): ReactElement {
  const name = useId();
  return (
    <fieldset className="form-part">
      <legend>When is an answer right?</legend>
      <div className="radio-list">
        {checkerChoices(draft.style).map(({ kind, label, hint }) => (
          <RadioChoice
            key={kind}
            name={name}
            label={label}
            hint={hint}
            isChosen={draft.checker === kind}
            onChoose={() => onChange({ checker: kind satisfies Checker["kind"] })}
          />
        ))}
      </div>
      {draft.checker === "float" && (
        <div className="field-row">
          <TextField
            label="Absolute difference, at most"
            className="text-input is-code"
            inputMode="decimal"
            value={draft.absolute}
            error={faults.absolute}
            onChange={({ target }) => onChange({ absolute: target.value })}
          />
          <TextField
            label="Relative difference, at most"
            className="text-input is-code"
            inputMode="decimal"
            value={draft.relative}
            error={faults.relative}
            onChange={({ target }) => onChange({ relative: target.value })}
          />
        </div>
      )}
      {draft.checker === "program" && (
        <ProgramFields
          name="Checker"
          hint="It is called with the paths of the input, of the expected output and of a folder, reads the program's output from its input, and exits with 42 for right or 43 for wrong. What it prints is its message."
          program={draft.checkerProgram}
          error={faults["checker-program"]}
          onChange={(checkerProgram) => onChange({ checkerProgram })}
        />
      )}
    </fieldset>
  );
}

export interface RadioChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

export function RadioChoice({ name, label, hint, isChosen, onChoose }: RadioChoiceProps): ReactElement {
  const id = useId();
  return (
    <div className="radio-choice">
      <input id={id} type="radio" name={name} checked={isChosen} aria-describedby={`${id}-hint`} onChange={onChoose} />
      <label htmlFor={id}>{label}</label>
      <p id={`${id}-hint`} className="field-hint">
        {hint}
      </p>
    </div>
  );
}
