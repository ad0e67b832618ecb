import { maxStdinBytes } from "@greenroom/shared/jobs/program.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { useId, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import type { RunDraft } from "./run-draft.ts";

export interface ProgramInputProps {
  readonly draft: RunDraft;
  readonly problem: ShownProblem | null;
  readonly onChange: (draft: RunDraft) => void;
}

/** Where a program's input comes from: written down before it runs, or typed while it does. */
export function ProgramInput({ draft, problem, onChange }: ProgramInputProps): ReactElement {
  const id = useId();
  const isTerminal = draft.mode === "terminal";
  const examples = problem?.style.kind === "stdin" ? problem.cases.filter((one) => one.visibility === "visible") : [];
  return (
    <div className="program-input">
      <div className="program-input-head">
        {isTerminal ? <p className="program-input-label">Program input</p> : <label htmlFor={id}>Program input</label>}
        {!isTerminal && examples.length > 0 && (
          <div className="program-input-examples">
            <span className="field-hint">Fill in:</span>
            {examples.slice(0, 4).map(({ number, input }) => (
              <Button
                key={number}
                look="small"
                aria-label={`Fill in example ${number}`}
                onClick={() => onChange({ ...draft, text: input ?? "" })}
              >
                Example {number}
              </Button>
            ))}
          </div>
        )}
        <ModeSwitch draft={draft} onChange={onChange} />
      </div>
      {isTerminal ? (
        <p className="field-hint">
          Type into the terminal while the program runs. <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves it.
        </p>
      ) : (
        <textarea
          id={id}
          rows={3}
          maxLength={maxStdinBytes}
          spellCheck={false}
          value={draft.text}
          placeholder="What the program reads from standard input"
          onChange={({ target }) => onChange({ ...draft, text: target.value })}
        />
      )}
    </div>
  );
}

const modes = [
  { mode: "given", label: "Up front" },
  { mode: "terminal", label: "Terminal" },
] as const;

function ModeSwitch({ draft, onChange }: Pick<ProgramInputProps, "draft" | "onChange">): ReactElement {
  const name = useId();
  return (
    <fieldset className="mode-switch">
      <legend className="visually-hidden">How the program gets its input</legend>
      {modes.map(({ mode, label }) => (
        <label key={mode}>
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            checked={draft.mode === mode}
            onChange={() => onChange({ ...draft, mode })}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
