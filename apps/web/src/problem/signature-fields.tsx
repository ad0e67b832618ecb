import type { ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { useKeyboardKept } from "../ui/keyboard-place.ts";
import type { DraftPart } from "./fields.ts";
import { emptyParameter, type ParameterDraft } from "./problem-draft.ts";
import { TypeChoice } from "./type-choice.tsx";

/** As many as a signature may have. */
const maxParameters = 8;

/** The function that the candidate writes: its name, its parameters, what it returns. */
export function SignatureFields({ draft, faults, onChange }: DraftPart): ReactElement {
  const { signature } = draft;
  const part = useKeyboardKept<HTMLFieldSetElement>();
  const change = (more: Partial<typeof signature>) => onChange({ signature: { ...signature, ...more } });
  const changeParameter = (id: string, more: Partial<ParameterDraft>) =>
    change({ parameters: signature.parameters.map((one) => (one.id === id ? { ...one, ...more } : one)) });
  return (
    <fieldset ref={part} className="form-part">
      <legend>The function</legend>
      <div className="field-row">
        <TextField
          label="Function name"
          className="text-input is-code"
          hint="In camelCase; each language makes it its own."
          value={signature.name}
          error={faults["function-name"]}
          onChange={({ target }) => change({ name: target.value })}
        />
        <TypeChoice label="Returns" value={signature.returns} onChange={(returns) => change({ returns })} />
      </div>
      {signature.parameters.map((parameter, index) => (
        <ParameterRow
          key={parameter.id}
          parameter={parameter}
          number={index + 1}
          isOnly={signature.parameters.length === 1}
          error={faults[`parameter-${parameter.id}`]}
          onChange={(more) => changeParameter(parameter.id, more)}
          onDelete={() => change({ parameters: signature.parameters.filter(({ id }) => id !== parameter.id) })}
        />
      ))}
      <div>
        <Button
          look="small"
          disabled={signature.parameters.length === maxParameters}
          onClick={() => change({ parameters: [...signature.parameters, emptyParameter()] })}
        >
          <Icon name="plus" />
          Add parameter
        </Button>
      </div>
    </fieldset>
  );
}

interface ParameterRowProps {
  readonly parameter: ParameterDraft;
  readonly number: number;
  readonly isOnly: boolean;
  readonly error: string | undefined;
  readonly onChange: (more: Partial<ParameterDraft>) => void;
  readonly onDelete: () => void;
}

function ParameterRow({ parameter, number, isOnly, error, onChange, onDelete }: ParameterRowProps): ReactElement {
  return (
    <div className="field-row has-end">
      <TextField
        label={`Parameter ${number}`}
        className="text-input is-code"
        value={parameter.name}
        error={error}
        onChange={({ target }) => onChange({ name: target.value })}
      />
      <TypeChoice
        label={`Type of parameter ${number}`}
        value={parameter.type}
        onChange={(type) => onChange({ type })}
      />
      <Button
        look="quiet icon"
        aria-label={`Delete parameter ${number}`}
        title="Delete"
        disabled={isOnly}
        onClick={onDelete}
      >
        <Icon name="trash" />
      </Button>
    </div>
  );
}
