/** A part of Monaco that has no declarations of its own; it is the only way to every road that leads to undo. */
declare module "monaco-editor/editor/browser/editorExtensions.js" {
  interface MultiCommand {
    /** The highest priority is asked first; whoever returns true has handled it. Monaco's editors have 10000. */
    addImplementation(priority: number, name: string, implementation: () => boolean): { dispose(): void };
  }
  export const UndoCommand: MultiCommand;
  export const RedoCommand: MultiCommand;
}
