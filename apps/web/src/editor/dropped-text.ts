import { maxDocumentCharacters } from "@greenroom/shared/ot/validate-operation.ts";
import { monaco } from "./monaco.ts";

/** Text, or a file with text in it, that is dragged here from elsewhere is put where it is dropped. */
export function takeDroppedText(
  editor: monaco.editor.IStandaloneCodeEditor,
  { say }: { readonly say: (text: string) => void },
): () => void {
  const node = editor.getContainerDomNode();
  const stop = new AbortController();
  const { signal } = stop;
  const offered = (event: DragEvent) =>
    event.dataTransfer?.types.some((type) => type === "text/plain" || type === "Files");
  node.addEventListener(
    "dragover",
    (event) => {
      if (!offered(event)) return;
      // Without this the browser opens a dropped file in place of the room.
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = isReadOnly(editor) ? "none" : "copy";
    },
    { signal },
  );
  node.addEventListener(
    "drop",
    (event) => {
      if (!offered(event) || !event.dataTransfer) return;
      event.preventDefault();
      if (isReadOnly(editor)) return;
      const position = editor.getTargetAtClientPoint(event.clientX, event.clientY)?.position ?? editor.getPosition();
      void put(editor, event.dataTransfer, position ?? new monaco.Position(1, 1)).then(
        (problem) => problem && say(problem),
      );
    },
    { signal },
  );
  return () => stop.abort();
}

/** @returns what is to be said when it cannot be put there */
async function put(
  editor: monaco.editor.IStandaloneCodeEditor,
  dropped: DataTransfer,
  position: monaco.Position,
): Promise<string | undefined> {
  const [file] = dropped.files;
  const plain = dropped.getData("text/plain");
  // Others may write while a file is read.
  const place = editor.createDecorationsCollection([{ range: monaco.Range.fromPositions(position), options: {} }]);
  const model = editor.getModel();
  try {
    // In bytes, of which a character has four at the most.
    if (file && file.size > 4 * maxDocumentCharacters) return `${file.name} is too large for a document.`;
    const text = plain === "" && file ? await file.text() : plain;
    if (text.includes("\0")) return `${file?.name ?? "What was dropped"} is not text.`;
    const [range] = place.getRanges();
    if (!range || editor.getModel() !== model) return undefined;
    editor.setPosition(range.getStartPosition());
    editor.focus();
    // As a paste does, with the caret behind it; and told as one, which Monaco does for what comes from the keyboard alone.
    editor.trigger("keyboard", "paste", { text, pasteOnNewLine: false });
    return undefined;
  } catch {
    return `${file?.name ?? "What was dropped"} could not be read.`;
  } finally {
    place.clear();
  }
}

function isReadOnly(editor: monaco.editor.IStandaloneCodeEditor): boolean {
  return editor.getOption(monaco.editor.EditorOption.readOnly);
}
