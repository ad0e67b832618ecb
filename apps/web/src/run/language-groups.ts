import { languages, type Language, type LanguageId } from "@greenroom/shared/languages.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";
import type { SearchGroup, SearchOption } from "../ui/search-choice.tsx";

const byName = new Intl.Collator("en");

/** All languages, by what one can do with them now. */
export function languageGroups(runs: RunAvailability): readonly SearchGroup<LanguageId>[] {
  const isListed = (list: readonly LanguageId[]) => (language: Language) => list.includes(language.id);
  const rest = [...runs.ready, ...runs.preparing, ...runs.onDemand];
  const groups = [
    { label: "Ready to run", of: languages.filter(isListed(runs.ready)) },
    { label: "Being prepared", of: languages.filter(isListed(runs.preparing)) },
    { label: "Made ready when first used, in some minutes", of: languages.filter(isListed(runs.onDemand)) },
    { label: "To write in, not to run here", of: languages.filter(({ id }) => !rest.includes(id)) },
  ];
  return groups
    .filter(({ of }) => of.length > 0)
    .map(({ label, of }) => ({ label, items: of.toSorted((a, b) => byName.compare(a.label, b.label)).map(optionOf) }));
}

function optionOf(language: Language): SearchOption<LanguageId> {
  const { id, label, version, aliases } = { version: "", aliases: [] as readonly string[], ...language };
  return { value: id, label, detail: version, words: [id, ...aliases] };
}
