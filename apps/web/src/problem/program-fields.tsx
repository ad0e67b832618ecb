import { getLanguage, languages } from "@greenroom/shared/languages.ts";
import type { ReactElement, ReactNode } from "react";
import { languagesByName } from "../run/language-groups.ts";
import { SelectField, TextAreaField } from "../ui/field.tsx";
import type { ProgramDraft } from "./problem-draft.ts";

export interface ProgramFieldsProps {
  /** Such as "Checker". */
  readonly name: string;
  readonly hint: ReactNode;
  readonly program: ProgramDraft;
  readonly error: string | undefined;
  readonly onChange: (program: ProgramDraft) => void;
}

/** A program of the author's own: its language and its code. */
export function ProgramFields({ name, hint, program, error, onChange }: ProgramFieldsProps): ReactElement {
  const choose = (chosen: string) => {
    const language = languages.find(({ id }) => id === chosen)?.id ?? program.language;
    onChange({ ...program, language, fileName: getLanguage(language).fileName });
  };
  return (
    <div className="form">
      <div className="field-narrow">
        <SelectField
          label={`Language of the ${name.toLowerCase()}`}
          value={program.language}
          onChange={({ target }) => choose(target.value)}
        >
          {languagesByName.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <TextAreaField
        label={`${name} program`}
        hint={hint}
        error={error}
        isCode
        rows={10}
        value={program.text}
        onChange={({ target }) => onChange({ ...program, text: target.value })}
      />
    </div>
  );
}
