import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import type { Room } from "../room/room.ts";
import type { monaco } from "./monaco.ts";

/** How much was pasted is a fact of the interview; what it was stands in the document. [P5] */
export function tellPastes(
  editor: monaco.editor.IStandaloneCodeEditor,
  { room, documentId }: { readonly room: Room; readonly documentId: string },
): () => void {
  const pasted = editor.onDidPaste(({ range }) => {
    room.whereabouts.pasted(documentId, codePointLength(editor.getModel()?.getValueInRange(range) ?? ""));
  });
  return () => pasted.dispose();
}
