import { Tabs } from "@base-ui/react/tabs";
import { useId, type ReactElement } from "react";
import { TextAreaField, TextField } from "../ui/field.tsx";
import { CaseFields } from "./case-fields.tsx";
import { CheckerFields, RadioChoice } from "./checker-fields.tsx";
import type { DraftPart } from "./fields.ts";
import type { ProblemDraft } from "./problem-draft.ts";
import { limitBounds } from "./problem-faults.ts";
import { ProgramFields } from "./program-fields.tsx";
import { SignatureFields } from "./signature-fields.tsx";
import { StarterFields } from "./starter-fields.tsx";
import { Statement } from "./statement.tsx";
import "../ui/tabs.css";
import "./problem-form.css";

/** Everything a problem is made of. */
export function ProblemFields(part: DraftPart): ReactElement {
  const { draft, faults, onChange } = part;
  return (
    <>
      <TextField
        label="Title"
        maxLength={120}
        isStart={draft.title === ""}
        value={draft.title}
        error={faults.title}
        onChange={({ target }) => onChange({ title: target.value })}
      />
      <StatementField {...part} />
      <StyleFields {...part} />
      {draft.style === "function" && <SignatureFields {...part} />}
      {draft.style === "interactive" && (
        <section className="form-part" aria-labelledby="interactor">
          <h2 id="interactor">Interactor</h2>
          <ProgramFields
            name="Interactor"
            hint="What it prints is the candidate's input, and what the candidate prints is its input. It is called with the paths of the test case's input, of its text for the interactor and of a folder, and exits with 42 for right or 43 for wrong."
            program={draft.interactor}
            error={faults.interactor}
            onChange={(interactor) => onChange({ interactor })}
          />
        </section>
      )}
      <CaseFields {...part} />
      {draft.style !== "interactive" && <CheckerFields {...part} />}
      <LimitFields {...part} />
      <StarterFields {...part} />
    </>
  );
}

function StatementField({ draft, faults, onChange }: DraftPart): ReactElement {
  return (
    <Tabs.Root defaultValue="write" className="statement-field">
      <div className="statement-head">
        <h2 className="field-label">Statement</h2>
        <Tabs.List className="tabs is-small" aria-label="Statement">
          <Tabs.Tab value="write" className="tab">
            Write
          </Tabs.Tab>
          <Tabs.Tab value="preview" className="tab">
            Preview
          </Tabs.Tab>
        </Tabs.List>
      </div>
      <Tabs.Panel value="write">
        <TextAreaField
          label="Statement"
          isLabelHidden
          hint="Markdown, with tables. The visible test cases are shown below it as examples."
          rows={10}
          value={draft.statement}
          error={faults.statement}
          onChange={({ target }) => onChange({ statement: target.value })}
        />
      </Tabs.Panel>
      <Tabs.Panel value="preview" className="statement-preview">
        {draft.statement.trim() === "" ? (
          <p className="muted">There is nothing to see yet.</p>
        ) : (
          <Statement text={draft.statement} />
        )}
      </Tabs.Panel>
    </Tabs.Root>
  );
}

const styles: readonly { readonly kind: ProblemDraft["style"]; readonly label: string; readonly hint: string }[] = [
  { kind: "stdin", label: "A whole program", hint: "It reads the input and prints the answer." },
  { kind: "function", label: "A function", hint: "The candidate writes one function; it is called with the values." },
  { kind: "interactive", label: "A conversation", hint: "The program talks to an interactor that you write." },
];

function StyleFields({ draft, onChange }: DraftPart): ReactElement {
  const name = useId();
  return (
    <fieldset className="form-part">
      <legend>What does the candidate write?</legend>
      <div className="radio-list">
        {styles.map(({ kind, label, hint }) => (
          <RadioChoice
            key={kind}
            name={name}
            label={label}
            hint={hint}
            isChosen={draft.style === kind}
            // Values are compared in fewer ways than texts.
            onChoose={() =>
              onChange(
                kind === "function" && (draft.checker === "exact" || draft.checker === "tokens")
                  ? { style: kind, checker: "lines" }
                  : { style: kind },
              )
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

function LimitFields({ draft, faults, onChange }: DraftPart): ReactElement {
  const { seconds, megabytes } = limitBounds;
  return (
    <fieldset className="form-part">
      <legend>Limits of each test case</legend>
      <div className="field-row">
        <TextField
          label="Computing time, in seconds"
          inputMode="decimal"
          hint={`From ${seconds.least} to ${seconds.most}. Waiting and sleeping may take as long again.`}
          value={draft.seconds}
          error={faults.seconds}
          onChange={({ target }) => onChange({ seconds: target.value })}
        />
        <TextField
          label="Memory, in MiB"
          inputMode="numeric"
          hint={`From ${megabytes.least} to ${megabytes.most}.`}
          value={draft.megabytes}
          error={faults.megabytes}
          onChange={({ target }) => onChange({ megabytes: target.value })}
        />
      </div>
    </fieldset>
  );
}
