import { Editor } from "@monaco-editor/react";
import { useEffect, useLayoutEffect, useState, type ReactElement } from "react";
import { useTheme } from "../ui/theme.ts";
import { editorOptions } from "./editor-options.ts";
import { themeName, type monaco } from "./monaco.ts";
import { PlayedEditor, type PlayedText } from "./played-editor.ts";
import "./code-editor.css";

/** A document as it was at an instant, with everybody's carets and what they had just written. */
export function PlayedCode({ played, label }: { played: PlayedText; label: string }): ReactElement {
  const [editor, setEditor] = useState<PlayedEditor>();
  useEffect(() => () => editor?.close(), [editor]);
  useLayoutEffect(() => editor?.show(played), [editor, played]);
  const mounted = (made: monaco.editor.IStandaloneCodeEditor) => {
    // The component makes a model of its own; the played one takes its place.
    made.getModel()?.dispose();
    setEditor(new PlayedEditor(made));
  };
  return (
    <div className="code-editor">
      <Editor
        theme={themeName(useTheme())}
        onMount={mounted}
        keepCurrentModel
        loading={null}
        options={{ ...editorOptions, readOnly: true, domReadOnly: true, ariaLabel: label }}
      />
    </div>
  );
}
