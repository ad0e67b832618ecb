import { getLanguage } from "@greenroom/shared/languages.ts";
import type { Rope } from "@greenroom/shared/ot/rope.ts";
import { isEmpty, lengthChange, transform, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { editsFromOperation, operationFromEdits, storableText, type Utf16Edit } from "@greenroom/shared/ot/utf16.ts";
import { maxDocumentCharacters } from "@greenroom/shared/ot/validate-operation.ts";
import { carryOffset, carryRange, type OffsetRange } from "../document/positions.ts";
import { difference, diffOperation } from "../document/text-diff.ts";
import type { Room } from "../room/room.ts";
import type { RoomDocument } from "../room/room-document.ts";
import { holdWhileComposing } from "./composing.ts";
import { takeDroppedText } from "./dropped-text.ts";
import { canFormat, formattingEdits } from "./format.ts";
import { monaco, monacoLanguage } from "./monaco.ts";
import { registerOwnUndo } from "./own-undo.ts";
import { RemoteCursors } from "./remote-cursors.ts";
import { restoreViewport, viewportAnchor, type ViewportAnchor } from "./viewport.ts";

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
  /** Own carets as they were last known, and while no editor shows the model. */
  #ranges: readonly OffsetRange[] = [{ anchor: 0, head: 0 }];
  /** What was on the screen when an editor showed the model last. */
  #viewport: ViewportAnchor | undefined;
  /** All that has happened to the text since it was given to be formatted. */
  #sinceFormatting: TextOperation[] | undefined;
  /** The model is being changed by us, not by the person. */
  #isApplying = false;

  constructor(room: Room, document: RoomDocument) {
    this.#room = room;
    this.#document = document;
    const language = getLanguage(document.language);
    this.#model = monaco.editor.createModel("", monacoLanguage(language.id));
    this.#forceLf();
    // A model that is made with a text takes a byte order mark out of it, and each offset would be one too small.
    this.#applyToModel([{ offset: 0, length: 0, text: document.client.text }]);
    this.#model.updateOptions({ tabSize: language.indent, indentSize: language.indent, insertSpaces: true });
    const changes = this.#model.onDidChangeContent((event) => this.#contentChanged(event));
    this.#subscriptions.push(
      () => changes.dispose(),
      document.onRemoteEdits((edits, operation) => this.#applyRemote(edits, operation)),
    );
  }

  attach(editor: monaco.editor.IStandaloneCodeEditor): void {
    this.detach();
    this.#editor = editor;
    editor.setModel(this.#model);
    editor.setSelections(this.#ranges.map((range) => this.#toSelection(range)));
    if (this.#viewport) restoreViewport(editor, this.#viewport, []);
    const cursors = new RemoteCursors(editor, this.#room, this.#document.carets);
    const moved = editor.onDidChangeCursorSelection((event) => this.#caretsMoved(event));
    const stopHolding = holdWhileComposing(editor, { room: this.#room, undo: this.#document.undo });
    const stopTaking = takeDroppedText(editor, { say: (text) => this.#room.say(text) });
    const action = this.#addFormatAction(editor);
    const unregister = registerOwnUndo({
      isFocused: () => editor.hasTextFocus(),
      undo: () => this.#step(() => this.#document.undo.undo(this.#document.client.rope)),
      redo: () => this.#step(() => this.#document.undo.redo(this.#document.client.rope)),
    });
    this.#detach = () => {
      moved.dispose();
      action.dispose();
      unregister();
      stopTaking();
      cursors.close();
      this.#ranges = this.#rangesOf(editor);
      this.#viewport = viewportAnchor(editor);
      this.#editor = undefined;
      stopHolding();
    };
    this.#tellCarets();
  }

  detach(): void {
    this.#detach?.();
    this.#detach = undefined;
  }

  close(): void {
    this.detach();
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    this.#model.dispose();
  }

  #contentChanged(event: monaco.editor.IModelContentChangedEvent): void {
    if (this.#isApplying) return;
    const { client, undo, carets } = this.#document;
    const before = client.rope;
    const text = client.text;
    const edits = event.changes
      .map(({ rangeOffset, rangeLength, text }) => ({ offset: rangeOffset, length: rangeLength, text }))
      // A bracket that is typed over takes its own place: nothing to send, and nothing to undo.
      .filter((edit) => text.slice(edit.offset, edit.offset + edit.length) !== edit.text)
      .toSorted((a, b) => a.offset - b.offset);
    const operation = event.isFlush
      ? diffOperation(text, storableText(this.#model.getValue(monaco.editor.EndOfLinePreference.LF)))
      : operationFromEdits(before, edits);
    if (isTooLarge(before, operation)) return this.#refuseTooLarge();
    this.#sinceFormatting?.push(operation);
    undo.record(before, operation, performance.now());
    client.local(operation);
    carets.carry(event.isFlush ? editsFromOperation(before, operation) : edits, undefined);
    const isStorable = edits.every((edit) => storableText(edit.text) === edit.text);
    if (!isStorable) this.#room.say("A character that no text can hold was left out, or � was put in its place.");
    if (!isStorable || event.isFlush || event.isEolChange || this.#model.getValueLength() !== client.rope.units) {
      this.#mendModel();
    }
    this.#tellCarets();
  }

  /** Nothing of it is sent, and nothing of it stays. */
  #refuseTooLarge(): void {
    const ranges = this.#ranges;
    this.#mendModel();
    this.#room.say(
      `That was not put in: a document has room for ${maxDocumentCharacters.toLocaleString("en")} characters.`,
    );
    // Monaco is about to set the carets that it would have had.
    queueMicrotask(() => this.#editor && this.#setSelections(this.#editor, ranges));
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

  #applyRemote(edits: readonly Utf16Edit[], operation: TextOperation): void {
    this.#sinceFormatting?.push(operation);
    this.#applyInPlace(edits);
    if (this.#editor) this.#room.presence.carried(this.#document.client, this.#ranges);
  }

  /** Changes the model, and leaves the carets in their places in the text and the lines in theirs on the screen. */
  #applyInPlace(edits: readonly Utf16Edit[]): void {
    const editor = this.#editor;
    const ranges = editor ? this.#rangesOf(editor) : this.#ranges;
    const anchor = editor ? viewportAnchor(editor) : this.#viewport;
    this.#applyToModel(edits);
    this.#ranges = ranges.map((range) => carryRange(range, edits));
    if (editor) {
      this.#setSelections(editor, this.#ranges);
      if (anchor) restoreViewport(editor, anchor, edits);
    } else if (anchor) this.#viewport = { ...anchor, offset: carryOffset(anchor.offset, edits, "push") };
  }

  /** One step of one's own undo or redo. */
  #step(take: () => TextOperation | undefined): void {
    const operation = this.#room.can("edit") ? take() : undefined;
    if (!operation) return;
    const { client, carets } = this.#document;
    const edits = editsFromOperation(client.rope, operation);
    this.#sinceFormatting?.push(operation);
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

  #addFormatAction(editor: monaco.editor.IStandaloneCodeEditor): monaco.IDisposable {
    const { language } = this.#document;
    return editor.addAction({
      id: "greenroom.format-document",
      label: "Format Document",
      keybindings: [monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF],
      precondition: "!editorReadonly",
      ...(canFormat(language) ? { contextMenuGroupId: "1_modification", contextMenuOrder: 1 } : {}),
      run: async () => {
        if (canFormat(language)) await this.#format();
        else this.#room.say(`There is no formatter for ${getLanguage(language).label} here.`);
      },
    });
  }

  /** What anybody writes while the formatter thinks is kept: its changes are carried over it. */
  async #format(): Promise<void> {
    if (this.#sinceFormatting) return;
    const { client, undo, carets, language } = this.#document;
    const { text } = client;
    const since: TextOperation[] = [];
    this.#sinceFormatting = since;
    const indent = getLanguage(language).indent;
    const found = await formattingEdits(language, { text, indent }).catch(() => undefined);
    this.#sinceFormatting = undefined;
    if (!found) return this.#room.say("It was not formatted: the formatter did not answer. Try again.");
    if (this.#model.isDisposed() || !this.#room.can("edit")) return;
    const operation = since.reduce((moved, other) => transform(moved, other, "right"), operationFromEdits(text, found));
    if (isEmpty(operation) || isTooLarge(client.rope, operation)) return;
    const edits = editsFromOperation(client.rope, operation);
    this.#applyInPlace(edits);
    undo.closeStep();
    undo.record(client.rope, operation, performance.now());
    undo.closeStep();
    client.local(operation);
    carets.carry(edits, undefined);
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
    if (!this.#editor) return;
    this.#ranges = this.#rangesOf(this.#editor);
    this.#room.presence.moved(this.#document.client, this.#ranges);
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

function isTooLarge(text: Rope, operation: TextOperation): boolean {
  const growth = lengthChange(operation);
  return growth > 0 && text.length + growth > maxDocumentCharacters;
}
