import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import { hasDriver, makeStarter } from "@greenroom/shared/signature/drivers.ts";
import { useState, type ReactElement } from "react";
import { languagesByName } from "../run/language-groups.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextAreaField } from "../ui/field.tsx";
import type { DraftPart } from "./fields.ts";
import { signatureOf, type ProblemDraft } from "./problem-draft.ts";
import { faultsOf } from "./problem-faults.ts";

/** What each language's document begins with; all of it may be left out. */
export function StarterFields({ draft, onChange }: DraftPart): ReactElement {
  const { starters, style } = draft;
  const offered = style === "function" ? languagesByName.filter(({ id }) => hasDriver(id)) : languagesByName;
  const [chosen, setChosen] = useState<LanguageId>("python");
  const language = offered.find(({ id }) => id === chosen) ?? offered[0] ?? getLanguage("python");
  const own = starters[language.id] ?? "";
  const made = style === "function" ? madeStarter(draft, language.id) : undefined;
  const set = (text: string) => onChange({ starters: { ...starters, [language.id]: text } });
  const written = languagesByName.filter(({ id }) => (starters[id] ?? "") !== "").map(({ label }) => label);
  return (
    <section className="form-part" aria-labelledby="starter-code">
      <h2 id="starter-code">Starter code</h2>
      <p className="field-hint">
        {style === "function"
          ? "Made from the function unless you write your own."
          : "Optional: what the candidate's document begins with."}
        {written.length > 0 && ` Your own: ${written.join(", ")}.`}
      </p>
      <div className="field-narrow">
        <SelectField
          label="Language of the starter code"
          value={language.id}
          onChange={({ target }) => setChosen(offered.find(({ id }) => id === target.value)?.id ?? chosen)}
        >
          {offered.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <TextAreaField
        label={`Starter code in ${language.label}`}
        isCode
        rows={8}
        maxLength={64 * 1024}
        value={own}
        placeholder={made ?? language.starter}
        onChange={({ target }) => set(target.value)}
      />
      {made !== undefined && own === "" && (
        <div>
          <Button look="small" onClick={() => set(made)}>
            Begin with the one that is made
          </Button>
        </div>
      )}
    </section>
  );
}

function madeStarter(draft: ProblemDraft, language: LanguageId): string | undefined {
  const faults = Object.keys(faultsOf(draft));
  if (faults.some((place) => place === "function-name" || place.startsWith("parameter-"))) return undefined;
  return makeStarter(signatureOf(draft), language);
}
