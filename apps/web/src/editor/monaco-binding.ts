import { getLanguage } from "@greenroom/shared/languages.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { editsFromOperation, operationFromEdits, storableText, type Utf16Edit } from "@greenroom/shared/ot/utf16.ts";
import { carryRange, type OffsetRange } from "../document/positions.ts";
import { difference, diffOperation } from "../document/text-diff.ts";
import type { Room } from "../room/room.ts";
import type { RoomDocument } from "../room/room-document.ts";
import { monaco, monacoLanguage } from "./monaco.ts";
import { registerOwnUndo } from "./own-undo.ts";
import { RemoteCursors } from "./remote-cursors.ts";
import { restoreViewport, viewportAnchor } from "./viewport.ts";

/**
 * One document as one Monaco model. Monaco's changes become operations, other people's operations become edits of the
 * model that leave one's own carets, viewport and undo alone. It lives as long as the room; at most one editor shows it.
 */
export class MonacoBinding {
  readonly #room: Room;
  readonly #document: RoomDocument;
  readonly #model: monaco.editor.ITextModel;
  readonly #subscriptions: (() => void)[] = [];
  #editor: monaco.editor.IStandaloneCodeEditor | undefined;
  #detach: (() => void) | undefined;
  /** Own carets while no editor shows the model. */
  #ranges: readonly OffsetRange[] = [{ anchor: 0, head: 0 }];
  /** The model is being changed by us, not by the person. */
  #isApplying = false;

  constructor(room: Room, document: RoomDocument) {
    this.#room = room;
    this.#document = document;
    const language = getLanguage(document.language);
    this.#model = monaco.editor.createModel(document.client.text, monacoLanguage(language.id));
    this.#forceLf();
    this.#model.updateOptions({ tabSize: language.indent, indentSize: language.indent, insertSpaces: true });
    const changes = this.#model.onDidChangeContent((event) => this.#contentChanged(event));
    this.#subscriptions.push(
      () => changes.dispose(),
      document.onRemoteEdits((edits) => this.#applyRemote(edits)),
    );
  }

  attach(editor: monaco.editor.IStandaloneCodeEditor): void {
    this.detach();
    this.#editor = editor;
    editor.setModel(this.#model);
    editor.setSelections(this.#ranges.map((range) => this.#toSelection(range)));
    const cursors = new RemoteCursors(editor, this.#room, this.#document.carets);
    const disposables = [
      editor.onDidChangeCursorSelection((event) => this.#caretsMoved(event)),
      editor.onDidCompositionStart(() => this.#room.hold()),
      editor.onDidCompositionEnd(() => this.#room.release()),
    ];
    const unregister = registerOwnUndo({
      isFocused: () => editor.hasTextFocus(),
      undo: () => this.#step(this.#document.undo.undo(this.#document.client.text)),
      redo: () => this.#step(this.#document.undo.redo(this.#document.client.text)),
    });
    this.#detach = () => {
      for (const disposable of disposables) disposable.dispose();
      unregister();
      cursors.close();
      this.#ranges = this.#rangesOf(editor);
      this.#room.release();
    };
    this.#tellCarets();
  }

  detach(): void {
    this.#detach?.();
    this.#detach = undefined;
    this.#editor = undefined;
  }

  close(): void {
    this.detach();
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    this.#model.dispose();
  }

  #contentChanged(event: monaco.editor.IModelContentChangedEvent): void {
    if (this.#isApplying) return;
    const { client, undo, carets } = this.#document;
    const edits = event.changes
      .map(({ rangeOffset, rangeLength, text }) => ({ offset: rangeOffset, length: rangeLength, text }))
      .toSorted((a, b) => a.offset - b.offset);
    const before = client.text;
    const operation = event.isFlush
      ? diffOperation(before, storableText(this.#model.getValue(monaco.editor.EndOfLinePreference.LF)))
      : operationFromEdits(before, edits);
    undo.record(before, operation, performance.now());
    client.local(operation);
    carets.carry(event.isFlush ? editsFromOperation(before, operation) : edits, undefined);
    const isStorable = edits.every((edit) => storableText(edit.text) === edit.text);
    if (!isStorable || event.isFlush || event.isEolChange || this.#model.getValueLength() !== client.text.length) {
      this.#mendModel();
    }
    this.#tellCarets();
  }

  /** The text that was sent is the truth: lone surrogates and foreign line ends are not in it. */
  #mendModel(): void {
    this.#forceLf();
    const edit = difference(this.#model.getValue(), this.#document.client.text);
    if (edit) this.#applyToModel([edit]);
  }

  #forceLf(): void {
    if (this.#model.getEOL() === "\n") return;
    this.#isApplying = true;
    this.#model.setEOL(monaco.editor.EndOfLineSequence.LF);
    this.#isApplying = false;
  }

  #applyRemote(edits: readonly Utf16Edit[]): void {
    const editor = this.#editor;
    const ranges = editor ? this.#rangesOf(editor) : this.#ranges;
    const anchor = editor && viewportAnchor(editor);
    this.#applyToModel(edits);
    const carried = ranges.map((range) => carryRange(range, edits));
    this.#ranges = carried;
    if (!editor) return;
    this.#setSelections(editor, carried);
    restoreViewport(editor, anchor, edits);
    this.#room.caretsCarried(this.#document, carried);
  }

  /** One step of one's own undo or redo. */
  #step(operation: TextOperation | undefined): void {
    if (!operation || !this.#room.can("edit")) return;
    const { client, carets } = this.#document;
    const edits = editsFromOperation(client.text, operation);
    this.#applyToModel(edits);
    client.local(operation);
    carets.carry(edits, undefined);
    const last = edits.at(-1);
    if (!this.#editor || !last) return;
    const shift = edits.slice(0, -1).reduce((sum, edit) => sum + edit.text.length - edit.length, 0);
    const at = last.offset + shift + last.text.length;
    this.#setSelections(this.#editor, [{ anchor: at, head: at }]);
    this.#editor.revealPositionInCenterIfOutsideViewport(this.#model.getPositionAt(at));
    this.#tellCarets();
  }

  /** `applyEdits` and not `setValue` or `executeEdits`: it moves nothing else and leaves Monaco's undo stack out of it. */
  #applyToModel(edits: readonly Utf16Edit[]): void {
    const operations = edits.map(({ offset, length, text }) => {
      const start = this.#model.getPositionAt(offset);
      const end = length > 0 ? this.#model.getPositionAt(offset + length) : start;
      return { range: monaco.Range.fromPositions(start, end), text };
    });
    this.#isApplying = true;
    try {
      this.#model.applyEdits(operations);
    } finally {
      this.#isApplying = false;
    }
  }

  #setSelections(editor: monaco.editor.ICodeEditor, ranges: readonly OffsetRange[]): void {
    const wanted = ranges.map((range) => this.#toSelection(range));
    const current = editor.getSelections() ?? [];
    const isSame =
      wanted.length === current.length && wanted.every((one, index) => current[index]?.equalsSelection(one));
    if (isSame) return;
    this.#isApplying = true;
    editor.setSelections(wanted);
    this.#isApplying = false;
  }

  #caretsMoved(event: monaco.editor.ICursorSelectionChangedEvent): void {
    if (this.#isApplying) return;
    if (event.reason === monaco.editor.CursorChangeReason.Explicit) this.#document.undo.closeStep();
    this.#tellCarets();
  }

  #tellCarets(): void {
    if (this.#editor) this.#room.moveCarets(this.#document, this.#rangesOf(this.#editor));
  }

  #rangesOf(editor: monaco.editor.ICodeEditor): OffsetRange[] {
    return (editor.getSelections() ?? []).map((selection) => ({
      anchor: this.#model.getOffsetAt(selection.getSelectionStart()),
      head: this.#model.getOffsetAt(selection.getPosition()),
    }));
  }

  #toSelection({ anchor, head }: OffsetRange): monaco.Selection {
    return monaco.Selection.fromPositions(this.#model.getPositionAt(anchor), this.#model.getPositionAt(head));
  }
}
