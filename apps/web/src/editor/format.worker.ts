// TypeScript's own formatter, which takes half-written programs as they are. It knows one text and answers once a message.
import {
  createLanguageService,
  typescript,
} from "monaco-editor/languages/features/typescript/lib/typescriptServices.js";
import type { FormatAnswer, FormatRequest } from "./format.ts";

self.addEventListener("message", ({ data }: MessageEvent<FormatRequest>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker speaks to its page alone
  self.postMessage({ id: data.id, edits: format(data) } satisfies FormatAnswer);
});

function format({ fileName, text, indent }: FormatRequest): FormatAnswer["edits"] {
  const snapshot = {
    getText: (start: number, end: number) => text.slice(start, end),
    getLength: () => text.length,
    getChangeRange: () => undefined,
  };
  const service = createLanguageService({
    getCompilationSettings: () => ({ allowJs: true }),
    getScriptFileNames: () => [fileName],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => (name === fileName ? snapshot : undefined),
    getCurrentDirectory: () => "",
    getDefaultLibFileName: () => "lib.d.ts",
    readFile: () => undefined,
    fileExists: () => false,
  });
  const settings = {
    ...typescript.getDefaultFormatCodeSettings("\n"),
    indentSize: indent,
    tabSize: indent,
    convertTabsToSpaces: true,
  };
  const changes = service.getFormattingEditsForDocument(fileName, settings);
  return changes.map(({ span, newText }) => ({ offset: span.start, length: span.length, text: newText }));
}
