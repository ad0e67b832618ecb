import { Editor } from "@monaco-editor/react";
import type { ReactElement } from "react";
import { useTheme } from "../ui/theme.ts";
import { editorOptions } from "./editor-options.ts";
import { monacoLanguage, themeName } from "./monaco.ts";
import "./code-editor.css";

export interface ReadOnlyCodeProps {
  readonly text: string;
  readonly language: string;
  readonly label: string;
}

/** A text that nobody changes any more. */
export function ReadOnlyCode({ text, language, label }: ReadOnlyCodeProps): ReactElement {
  return (
    <div className="code-editor">
      <Editor
        key={language}
        theme={themeName(useTheme())}
        language={monacoLanguage(language)}
        defaultValue={text}
        loading={null}
        options={{ ...editorOptions, readOnly: true, domReadOnly: true, ariaLabel: label }}
      />
    </div>
  );
}
