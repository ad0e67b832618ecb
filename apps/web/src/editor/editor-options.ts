import type { monaco } from "./monaco.ts";

export const editorOptions: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontFamily: 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSize: 14,
  lineHeight: 22,
  minimap: { enabled: false },
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  padding: { top: 14, bottom: 14 },
  scrollBeyondLastLine: false,
  renderLineHighlight: "line",
  lineNumbersMinChars: 3,
  bracketPairColorization: { enabled: true },
  guides: { indentation: true },
  fixedOverflowWidgets: true,
  smoothScrolling: false,
  // The person in the chair writes the program, not the editor.
  quickSuggestions: false,
  suggestOnTriggerCharacters: false,
  wordBasedSuggestions: "off",
  parameterHints: { enabled: false },
  // Each language's indentation comes with it; guessing from the text would change it under people's hands.
  detectIndentation: false,
  // It would ask about U+2028, which a document may hold.
  unusualLineTerminators: "off",
};
