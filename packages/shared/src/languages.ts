import { compiledLanguages } from "./languages/compiled.ts";
import { coreLanguages } from "./languages/core.ts";
import { functionalLanguages } from "./languages/functional.ts";
import { type Language, LanguageId } from "./languages/language.ts";
import { scriptsLanguages } from "./languages/scripts.ts";

export { LanguageId, type Language };

const others = [...compiledLanguages, ...scriptsLanguages, ...functionalLanguages];

/** Every language; the six that most people want first, the others by their names. */
export const languages: readonly Language[] = [
  ...coreLanguages,
  ...others.toSorted((one, other) => (one.label.toLowerCase() < other.label.toLowerCase() ? -1 : 1)),
];

/** The row of a language; every id has one. */
export function getLanguage(id: LanguageId): Language {
  const found = languages.find((language) => language.id === id);
  if (!found) throw new Error(`There is no language "${id}".`);
  return found;
}
