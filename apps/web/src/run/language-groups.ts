import { languages, type Language, type LanguageId } from "@greenroom/shared/languages.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";
import type { SearchGroup, SearchOption } from "../ui/search-choice.tsx";

const { compare } = new Intl.Collator("en");

/** All languages, as people look for them. */
export const languagesByName: readonly Language[] = languages.toSorted((a, b) => compare(a.label, b.label));

/** All languages, by what one can do with them now. */
export function languageGroups(runs: RunAvailability): readonly SearchGroup<LanguageId>[] {
  const isListed = (list: readonly LanguageId[]) => (language: Language) => list.includes(language.id);
  const rest = [...runs.ready, ...runs.preparing, ...runs.onDemand];
  const groups = [
    { label: "Ready to run", of: languagesByName.filter(isListed(runs.ready)) },
    { label: "Being prepared", of: languagesByName.filter(isListed(runs.preparing)) },
    { label: "Made ready when first used, in some minutes", of: languagesByName.filter(isListed(runs.onDemand)) },
    { label: "To write in, not to run here", of: languagesByName.filter(({ id }) => !rest.includes(id)) },
  ];
  return groups.filter(({ of }) => of.length > 0).map(({ label, of }) => ({ label, items: of.map(optionOf) }));
}

function optionOf({ id, label, version, aliases }: Language): SearchOption<LanguageId> {
  return { value: id, label, detail: version, words: [id, ...aliases] };
}
