/** A part of Monaco that has no declarations of its own; it is the only way to every road that leads to undo. */
declare module "monaco-editor/editor/browser/editorExtensions.js" {
  interface MultiCommand {
    /** The highest priority is asked first; whoever returns true has handled it. Monaco's editors have 10000. */
    addImplementation(priority: number, name: string, implementation: () => boolean): { dispose(): void };
  }
  export const UndoCommand: MultiCommand;
  export const RedoCommand: MultiCommand;
}

/** TypeScript as Monaco brings it: the formatter alone is used, outside Monaco's own language service. */
declare module "monaco-editor/languages/features/typescript/lib/typescriptServices.js" {
  export interface FormatCodeSettings {
    indentSize?: number;
    tabSize?: number;
    convertTabsToSpaces?: boolean;
  }
  interface ScriptSnapshot {
    getText(start: number, end: number): string;
    getLength(): number;
    getChangeRange(): undefined;
  }
  export interface LanguageServiceHost {
    getCompilationSettings(): { allowJs: boolean };
    getScriptFileNames(): string[];
    getScriptVersion(fileName: string): string;
    getScriptSnapshot(fileName: string): ScriptSnapshot | undefined;
    getCurrentDirectory(): string;
    getDefaultLibFileName(): string;
    readFile(fileName: string): string | undefined;
    fileExists(fileName: string): boolean;
  }
  interface TextChange {
    /** In UTF-16 units. */
    span: { start: number; length: number };
    newText: string;
  }
  export function createLanguageService(host: LanguageServiceHost): {
    getFormattingEditsForDocument(fileName: string, settings: FormatCodeSettings): TextChange[];
  };
  export const typescript: { getDefaultFormatCodeSettings(newLine: string): FormatCodeSettings };
}
