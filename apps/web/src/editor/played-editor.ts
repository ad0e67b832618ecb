import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import { toUtf16 } from "@greenroom/shared/ot/utf16.ts";
import { difference } from "../document/text-diff.ts";
import { personClass } from "../presence/person.ts";
import { CaretWidgets, type ShownCaret } from "./caret-widgets.ts";
import { colouringOf } from "./colouring.ts";
import { monaco } from "./monaco.ts";
import { restoreViewport, viewportAnchor } from "./viewport.ts";
import "./played-editor.css";

/** Somebody's carets. Positions are code points of the text. */
export interface PlayedCaret {
  readonly participantId: string;
  readonly name: string;
  readonly color: number;
  readonly selections: readonly { readonly anchor: number; readonly head: number }[];
}

/** A piece of text that is tinted in its author's colour, in code points. */
export interface PlayedTint {
  readonly from: number;
  readonly to: number;
  readonly color: number;
}

/** A document as it was at an instant. */
export interface PlayedText {
  readonly documentId: string;
  readonly language: LanguageId;
  readonly path: string;
  readonly text: string;
  readonly carets: readonly PlayedCaret[];
  readonly tints: readonly PlayedTint[];
  /** The place that should be on the screen. */
  readonly reveal: number | undefined;
}

/**
 * An editor that nobody types in: it shows documents as they were. A text comes from the one before it by edits, so that
 * neither the view jumps nor the colours of code flicker.
 */
export class PlayedEditor {
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #models = new Map<string, monaco.editor.ITextModel>();
  readonly #widgets: CaretWidgets;
  readonly #decorations: monaco.editor.IEditorDecorationsCollection;
  #last: PlayedText | undefined;
  /** By caret: where it was last, and how often it has moved. */
  readonly #moves = new Map<string, { readonly head: number; readonly moves: number }>();

  constructor(editor: monaco.editor.IStandaloneCodeEditor) {
    this.#editor = editor;
    this.#decorations = editor.createDecorationsCollection();
    this.#widgets = new CaretWidgets(editor);
  }

  show(next: PlayedText): void {
    const before = this.#last?.documentId === next.documentId ? this.#last : undefined;
    const model = this.#modelOf(next);
    if (this.#editor.getModel() !== model) {
      this.#decorations.clear();
      this.#editor.setModel(model);
    }
    this.#write(model, next.text);
    const offsetOf = offsets(next.text);
    const positionOf = (codePoint: number) => model.getPositionAt(offsetOf(codePoint));
    this.#decorations.set(decorationsOf(next, positionOf));
    this.#drawCarets(next, positionOf);
    if (next.reveal !== undefined && next.reveal !== before?.reveal)
      this.#editor.revealPositionInCenterIfOutsideViewport(positionOf(next.reveal), immediately);
    this.#last = next;
  }

  close(): void {
    this.#widgets.close();
    for (const model of this.#models.values()) model.dispose();
    this.#models.clear();
  }

  #modelOf({ documentId, language, path, text }: PlayedText): monaco.editor.ITextModel {
    const known = this.#models.get(documentId);
    if (known && path !== this.#last?.path) monaco.editor.setModelLanguage(known, colouringOf(path, language));
    if (known) return known;
    const { indent } = getLanguage(language);
    const model = monaco.editor.createModel(text, colouringOf(path, language));
    // Elsewhere than here an empty text would get the line ends of the machine.
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    model.updateOptions({ tabSize: indent, indentSize: indent });
    this.#models.set(documentId, model);
    return model;
  }

  #write(model: monaco.editor.ITextModel, text: string): void {
    const edit = difference(model.getValue(), text);
    if (!edit) return;
    const anchor = viewportAnchor(this.#editor);
    const start = model.getPositionAt(edit.offset);
    const end = model.getPositionAt(edit.offset + edit.length);
    model.applyEdits([{ range: monaco.Range.fromPositions(start, end), text: edit.text }]);
    if (anchor) restoreViewport(this.#editor, anchor, [edit]);
  }

  #drawCarets({ carets }: PlayedText, positionOf: PositionOf): void {
    const shown = carets.flatMap(({ participantId, name, color, selections }) =>
      selections.map(({ head }, index): ShownCaret => {
        const key = `played/${participantId}/${index}`;
        const before = this.#moves.get(key);
        const moves = before?.head === head ? before.moves : (before?.moves ?? 0) + 1;
        this.#moves.set(key, { head, moves });
        return { key, position: positionOf(head), name, isFirst: index === 0, className: personClass(color), moves };
      }),
    );
    const keys = new Set(shown.map(({ key }) => key));
    for (const key of this.#moves.keys()) if (!keys.has(key)) this.#moves.delete(key);
    this.#widgets.draw(shown);
  }
}

type PositionOf = (codePoint: number) => monaco.Position;
const immediately = 1 satisfies monaco.editor.ScrollType.Immediate;

/** Code points to UTF-16 offsets; most texts need no counting. */
function offsets(text: string): (codePoint: number) => number {
  return codePointLength(text) === text.length ? (at) => Math.min(at, text.length) : (at) => toUtf16(text, at);
}

function decorationsOf({ carets, tints }: PlayedText, positionOf: PositionOf): monaco.editor.IModelDeltaDecoration[] {
  const rangeOf = (from: number, to: number) => monaco.Range.fromPositions(positionOf(from), positionOf(to));
  const written = tints.map(({ from, to, color }) => ({
    range: rangeOf(from, to),
    options: { className: `played-insertion ${personClass(color)}` },
  }));
  const selected = carets.flatMap(({ selections, color }) =>
    selections
      .filter(({ anchor, head }) => anchor !== head)
      .map(({ anchor, head }) => ({
        range: rangeOf(Math.min(anchor, head), Math.max(anchor, head)),
        options: { className: `remote-selection ${personClass(color)}` },
      })),
  );
  return [...written, ...selected];
}
