import { maxKeyName } from "@greenroom/shared/api/key-routes.ts";
import { Dialog } from "@base-ui/react/dialog";
import { useRef, useState, type FormEvent, type ReactElement, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import {
  allowances,
  type Allowance,
  boundsText,
  faultsOf,
  valuesOf,
  type KeyDraft,
  type KeyFaults,
  type KeyValues,
} from "./key-draft.ts";

const labels = { runsPerMinute: "Runs a minute", runsPerDay: "Runs a day", runsAtOnce: "Runs at once" } as const;

export interface KeyFormProps {
  readonly start: KeyDraft;
  readonly submit: string;
  readonly submitting: string;
  readonly isSending: boolean;
  /** What went wrong when it was sent; the form keeps what is in it. */
  readonly failure: ReactNode;
  readonly onSend: (values: KeyValues) => void;
}

/** A key's name and what it may do; to stand in a dialog. */
export function KeyForm({ start, submit, submitting, isSending, failure, onSend }: KeyFormProps): ReactElement {
  const [draft, setDraft] = useState(start);
  const [faults, setFaults] = useState<KeyFaults>({});
  const form = useRef<HTMLFormElement>(null);
  const change = (field: keyof KeyDraft, text: string) => {
    const changed = { ...draft, [field]: text };
    setDraft(changed);
    // What was pointed out goes away as soon as it is mended.
    if (faults[field] !== undefined) setFaults({ ...faults, [field]: faultsOf(changed)[field] });
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft);
    setFaults(found);
    if (Object.keys(found).length === 0) onSend(valuesOf(draft));
    else setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus());
  };
  return (
    <form ref={form} className="form" onSubmit={send} noValidate>
      <TextField
        label="Name"
        isStart
        maxLength={maxKeyName}
        autoComplete="off"
        hint="Which program has it, or who."
        value={draft.name}
        error={faults.name}
        onChange={({ target }) => change("name", target.value)}
      />
      <AllowanceFields draft={draft} faults={faults} onChange={change} />
      {failure}
      <div className="form-actions">
        <Dialog.Close className="btn">Cancel</Dialog.Close>
        <Button type="submit" look="primary" disabled={isSending}>
          {isSending ? submitting : submit}
        </Button>
      </div>
    </form>
  );
}

interface AllowanceFieldsProps {
  readonly draft: KeyDraft;
  readonly faults: KeyFaults;
  readonly onChange: (allowance: Allowance, text: string) => void;
}

function AllowanceFields({ draft, faults, onChange }: AllowanceFieldsProps): ReactElement {
  return (
    <div className="field">
      <div className="key-allowances">
        {allowances.map((allowance) => (
          <TextField
            key={allowance}
            label={labels[allowance]}
            inputMode="numeric"
            autoComplete="off"
            {...(faults[allowance] === undefined ? { hint: boundsText(allowance) } : {})}
            value={draft[allowance]}
            error={faults[allowance]}
            onChange={({ target }) => onChange(allowance, target.value)}
          />
        ))}
      </div>
      <p className="field-hint">Runs beyond that are refused, with the time to try again.</p>
    </div>
  );
}
