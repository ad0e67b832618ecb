import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { SessionState } from "@greenroom/shared/log/state.ts";
import type { ProjectFile } from "@greenroom/shared/protocol/file.ts";

/** The document of a project that its runs begin with: the language's own. */
export function findEntry(
  { documents }: SessionState,
  { language, problemId }: { language: LanguageId; problemId: string | null },
): string | undefined {
  const { fileName } = getLanguage(language);
  return Object.entries(documents).find(
    ([, one]) => !one.deleted && one.language === language && one.problemId === problemId && one.path === fileName,
  )?.[0];
}

/** All files of a document's project, the entry first, the others by their paths. [F4] */
export function filesOfProject({ documents }: SessionState, documentId: string): ProjectFile[] {
  const of = documents[documentId];
  if (!of) return [];
  const { fileName } = getLanguage(of.language);
  return Object.entries(documents)
    .filter(([, one]) => !one.deleted && one.language === of.language && one.problemId === of.problemId)
    .map(([id, { path }]) => ({ documentId: id, path }))
    .toSorted(
      (one, other) =>
        Number(other.path === fileName) - Number(one.path === fileName) || (one.path < other.path ? -1 : 1),
    );
}
