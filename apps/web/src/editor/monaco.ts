import { loader } from "@monaco-editor/react";
import { languages } from "@greenroom/shared/languages.ts";
// What an interview needs and nothing more: highlighting by the tokenizers of our languages, no language services.
import * as monaco from "monaco-editor/editor/editor.api.js";
// oxlint-disable-next-line import/default -- the default export is Vite's
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/caretOperations/register.js";
import "monaco-editor/features/clipboard/register.js";
import "monaco-editor/features/codeEditor/register.js";
import "monaco-editor/features/codicon/register.js";
import "monaco-editor/features/comment/register.js";
import "monaco-editor/features/contextmenu/register.js";
import "monaco-editor/features/dnd/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/folding/register.js";
import "monaco-editor/features/fontZoom/register.js";
import "monaco-editor/features/iPadShowKeyboard/register.js";
import "monaco-editor/features/indentation/register.js";
import "monaco-editor/features/lineSelection/register.js";
import "monaco-editor/features/linesOperations/register.js";
import "monaco-editor/features/longLinesHelper/register.js";
import "monaco-editor/features/middleScroll/register.js";
import "monaco-editor/features/multicursor/register.js";
import "monaco-editor/features/readOnlyMessage/register.js";
import "monaco-editor/features/smartSelect/register.js";
import "monaco-editor/features/toggleTabFocusMode/register.js";
import "monaco-editor/features/tokenization/register.js";
import "monaco-editor/features/wordHighlighter/register.js";
import "monaco-editor/features/wordOperations/register.js";
import "./monaco-languages.ts";

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

// The React component would otherwise fetch Monaco from a CDN.
loader.config({ monaco });

monaco.editor.defineTheme("greenroom-dark", {
  base: "vs-dark",
  inherit: true,
  rules: [
    { token: "comment", foreground: "a9b3bd" },
    { token: "keyword", foreground: "c792ea" },
    { token: "string", foreground: "a5d6a7" },
    { token: "number", foreground: "f2b183" },
    { token: "type", foreground: "82cfff" },
  ],
  colors: {
    "editor.background": "#0f1513",
    "editor.foreground": "#e3e9e6",
    "editor.lineHighlightBackground": "#161e1b",
    "editor.lineHighlightBorder": "#00000000",
    "editorLineNumber.foreground": "#77867f",
    "editorLineNumber.activeForeground": "#c5d0cb",
    "editor.selectionBackground": "#1d4135",
    "editorCursor.foreground": "#5ee0a6",
    "editorWidget.background": "#18211e",
    "editorWidget.border": "#2c3833",
    "widget.border": "#2c3833",
    "widget.shadow": "#00000080",
    "input.background": "#0f1513",
    "input.border": "#65746d",
    focusBorder: "#5ee0a6",
  },
});

monaco.editor.defineTheme("greenroom-light", {
  base: "vs",
  inherit: true,
  rules: [
    { token: "comment", foreground: "525d58" },
    { token: "keyword", foreground: "7a2fb5" },
    { token: "string", foreground: "1d6b38" },
    { token: "number", foreground: "8f4300" },
    { token: "type", foreground: "0b5ea8" },
  ],
  colors: {
    "editor.background": "#ffffff",
    "editor.foreground": "#16201c",
    "editor.lineHighlightBackground": "#f4f7f5",
    "editor.lineHighlightBorder": "#00000000",
    "editorLineNumber.foreground": "#6a756f",
    "editorLineNumber.activeForeground": "#2b3832",
    "editor.selectionBackground": "#bfe8d5",
    "editorCursor.foreground": "#0a7a50",
    "editorWidget.background": "#ffffff",
    "editorWidget.border": "#d8dfdb",
    "widget.border": "#d8dfdb",
    "widget.shadow": "#0f1d1729",
    "input.background": "#ffffff",
    "input.border": "#84918a",
    focusBorder: "#0a7a50",
  },
});

export const themeName = (theme: "light" | "dark"): string => `greenroom-${theme}`;

/** Monaco's own id of a language of ours. */
export function monacoLanguage(id: string): string {
  return languages.find((language) => language.id === id)?.monaco ?? "plaintext";
}

export { monaco };
