import { monaco } from "./monaco.ts";

/**
 * Text of several lines that arrives in one piece (dictation, a phone's keyboard, a tool that types) is taken as it is,
 * as a paste is. Monaco would type it letter by letter and indent lines that are indented already. "type" is one of the
 * commands that Monaco lets others overwrite; "default:type" stays its own.
 */
monaco.editor.registerCommand("type", (_accessor, payload: { text: string }) => {
  const editor = monaco.editor.getEditors().find((one) => one.hasTextFocus());
  const isPiece = payload.text.length > 1 && payload.text.includes("\n");
  editor?.trigger(isPiece ? "greenroom" : "keyboard", "type", payload);
});
