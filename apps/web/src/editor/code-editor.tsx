import { Editor } from "@monaco-editor/react";
import { useEffect, useState, type ReactElement } from "react";
import type { RoomDocument } from "../room/room-document.ts";
import type { Room } from "../room/room.ts";
import { useStore } from "../room/store.ts";
import { isKeyboardFree } from "../ui/keyboard-place.ts";
import { keys } from "../ui/keys.ts";
import { useTheme } from "../ui/theme.ts";
import { editorOptions } from "./editor-options.ts";
import { followCaret } from "./follow-caret.ts";
import { MonacoBinding } from "./monaco-binding.ts";
import { tellPastes } from "./tell-pastes.ts";
import { colouringOf } from "./colouring.ts";
import { monaco, themeName } from "./monaco.ts";
import { tellViewport } from "./viewport.ts";
import "./multi-line-input.ts";
import "./code-editor.css";

export interface CodeEditorProps {
  readonly room: Room;
  readonly document: RoomDocument;
  readonly isReadOnly: boolean;
}

/** The shared editor. Each document keeps its own model, undo and carets while the room is open. */
export function CodeEditor({ room, document, isReadOnly }: CodeEditorProps): ReactElement {
  const [editor, setEditor] = useState<monaco.editor.IStandaloneCodeEditor>();
  const [bindings] = useState(() => new Map<string, MonacoBinding>());
  const [startsTyping] = useState(!isReadOnly);
  const theme = useTheme();
  useEffect(() => {
    if (!editor) return undefined;
    const binding = bindings.get(document.documentId) ?? new MonacoBinding(room, document);
    bindings.set(document.documentId, binding);
    binding.attach(editor);
    const stops = [
      followCaret(editor, { room, document }),
      tellPastes(editor, { room, documentId: document.documentId }),
      tellViewport(editor, { room, document }),
    ];
    return () => {
      for (const stop of stops) stop();
      binding.detach();
    };
  }, [bindings, document, editor, room]);
  useColouring(room, document, editor);
  useEffect(() => {
    // Straight to typing, unless the person is at something else already. Before it has a model nothing can be focused.
    if (editor && startsTyping && isKeyboardFree()) editor.focus();
  }, [editor, startsTyping]);
  useEffect(
    () => () => {
      for (const binding of bindings.values()) binding.close();
      bindings.clear();
    },
    [bindings],
  );
  const mounted = (created: monaco.editor.IStandaloneCodeEditor) => {
    // The component makes a model of its own; the binding's takes its place.
    created.getModel()?.dispose();
    setEditor(created);
  };
  return (
    <div className="code-editor">
      <Editor
        theme={themeName(theme)}
        onMount={mounted}
        keepCurrentModel
        loading={null}
        options={{ ...editorOptions, readOnly: isReadOnly, ariaLabel: isReadOnly ? readOnlyLabel : label }}
      />
    </div>
  );
}

/** A file may be renamed while it is shown. To be called after what shows the document's model. */
function useColouring(
  room: Room,
  document: RoomDocument,
  editor: monaco.editor.IStandaloneCodeEditor | undefined,
): void {
  const { documentId, language } = document;
  const files = useStore(room.project.view)?.files;
  useEffect(() => {
    const path = files?.find((file) => file.documentId === documentId)?.path;
    const model = editor?.getModel();
    if (model && path !== undefined) monaco.editor.setModelLanguage(model, colouringOf(path, language));
  }, [documentId, editor, files, language]);
}

const label = `Code editor. Tab writes a tab. Press ${keys.tabMoves.join("+")} to let Tab move to the next control.`;
const readOnlyLabel = "Code editor, read-only";
