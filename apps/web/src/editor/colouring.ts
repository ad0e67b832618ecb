import { getLanguage, type LanguageId, languages } from "@greenroom/shared/languages.ts";

/** Extensions that our table of languages has not. */
const otherExtensions: Record<string, string> = {
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  mts: "typescript",
  tsx: "typescript",
  cc: "cpp",
  hpp: "cpp",
  txt: "plaintext",
  md: "plaintext",
  csv: "plaintext",
  json: "javascript",
};

const extensionOf = (path: string): string =>
  path
    .slice(path.lastIndexOf("/") + 1)
    .split(".")
    .slice(1)
    .at(-1) ?? "";

/** How a file of a project is coloured: by its extension, and as the project's language where that says nothing else. */
export function colouringOf(path: string, projectLanguage: LanguageId): string {
  const extension = extensionOf(path);
  const own = getLanguage(projectLanguage);
  if (extension === "" || extension === extensionOf(own.fileName)) return own.monaco;
  const known = languages.find(({ fileName }) => extensionOf(fileName) === extension);
  return known?.monaco ?? otherExtensions[extension] ?? own.monaco;
}
