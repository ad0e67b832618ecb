import { monaco } from "./monaco.ts";
import { nameRows, type NamedCaret } from "./name-rows.ts";
import "./remote-cursors.css";

/** A name is shown this long after its owner moved, in milliseconds; afterwards on hovering over the caret. */
const nameShownMs = 2000;

/** One of somebody's carets. */
export interface ShownCaret {
  /** Whose it is and which of theirs. */
  readonly key: string;
  readonly position: monaco.Position;
  readonly name: string;
  /** Only one of somebody's carets says the name without being asked. */
  readonly isFirst: boolean;
  readonly className: string;
  /** Grows with every movement of its owner's. */
  readonly moves: number;
}

/** Other people's carets in an editor, and their names where each can be read. */
export class CaretWidgets {
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #widgets = new Map<string, CaretWidget>();
  /** Those whose names are shown, in the order in which the names appeared. */
  #named: readonly CaretWidget[] = [];

  constructor(editor: monaco.editor.IStandaloneCodeEditor) {
    this.#editor = editor;
  }

  /** Draws these, and takes away all others. */
  draw(carets: readonly ShownCaret[]): void {
    const keys = new Set(carets.map(({ key }) => key));
    for (const [key, widget] of this.#widgets) {
      if (keys.has(key)) continue;
      widget.close();
      this.#widgets.delete(key);
    }
    for (const caret of carets) {
      const widget = this.#widgets.get(caret.key) ?? new CaretWidget(this.#editor, caret.key);
      this.#widgets.set(caret.key, widget);
      widget.show(caret);
    }
    this.#placeNames();
  }

  close(): void {
    this.draw([]);
  }

  /** Only when somebody moves: a name that goes does not have the others move. */
  #placeNames(): void {
    const all = [...this.#widgets.values()];
    const former = this.#named.filter((widget) => widget.isNamed && all.includes(widget));
    this.#named = [...former, ...all.filter((widget) => widget.isNamed && !former.includes(widget))];
    const rows = nameRows(this.#named.map(({ place }) => place));
    for (const [index, widget] of this.#named.entries()) widget.putName(rows[index] ?? -1);
    // Nobody sees them, until they are hovered over.
    for (const widget of all) if (!widget.isNamed) widget.putName(nameRows([widget.place])[0] ?? -1);
  }
}

/** A caret with a name, drawn beside the text at a position. */
class CaretWidget implements monaco.editor.IContentWidget {
  readonly suppressMouseDown = false;
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #id: string;
  readonly #node = document.createElement("div");
  readonly #name = document.createElement("span");
  #shown: ShownCaret | undefined;
  #nameWidth = 0;
  #isNamed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: monaco.editor.IStandaloneCodeEditor, id: string) {
    this.#editor = editor;
    this.#id = id;
    this.#name.className = "remote-caret-name";
    // Who is where is told by the list of participants; a screen reader need not hear every movement.
    this.#node.ariaHidden = "true";
    this.#node.append(this.#name);
  }

  /** Whether the name is shown without being asked for. */
  get isNamed(): boolean {
    return this.#isNamed;
  }

  /** Where the name begins, as wide as characters usually are: it need not be exact. */
  get place(): NamedCaret {
    const { lineNumber = 1, column = 1 } = this.#shown?.position ?? {};
    const { typicalHalfwidthCharacterWidth } = this.#editor.getOption(monaco.editor.EditorOption.fontInfo);
    const before =
      this.#editor
        .getModel()
        ?.getLineContent(lineNumber)
        .slice(0, column - 1) ?? "";
    const tabSize = this.#editor.getModel()?.getOptions().tabSize ?? 1;
    const left = columns(before, tabSize) * typicalHalfwidthCharacterWidth;
    return { line: lineNumber, left, width: this.#nameWidth };
  }

  getId(): string {
    return `remote-caret/${this.#id}`;
  }

  getDomNode(): HTMLElement {
    return this.#node;
  }

  getPosition(): monaco.editor.IContentWidgetPosition | null {
    const position = this.#shown?.position;
    if (!position) return null;
    return { position, preference: [monaco.editor.ContentWidgetPositionPreference.EXACT] };
  }

  show(next: ShownCaret): void {
    const before = this.#shown;
    this.#shown = next;
    this.#node.className = `remote-caret ${next.className}`;
    this.#node.style.height = `${this.#lineHeight}px`;
    if (!before) this.#editor.addContentWidget(this);
    else if (!before.position.equals(next.position)) this.#editor.layoutContentWidget(this);
    if (this.#name.textContent !== next.name) {
      this.#name.textContent = next.name;
      this.#nameWidth = this.#name.offsetWidth;
    }
    if (next.isFirst && before?.moves !== next.moves) this.#showName();
  }

  /** @param row counted from the caret's line */
  putName(row: number): void {
    const isBelow = row > 0;
    this.#name.classList.toggle("is-below", isBelow);
    this.#name.style.translate = `0 ${(isBelow ? row - 1 : row + 1) * this.#lineHeight}px`;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#editor.removeContentWidget(this);
  }

  get #lineHeight(): number {
    return this.#editor.getOption(monaco.editor.EditorOption.lineHeight);
  }

  #showName(): void {
    this.#isNamed = true;
    this.#name.dataset["shown"] = "";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isNamed = false;
      delete this.#name.dataset["shown"];
    }, nameShownMs);
  }
}

function columns(text: string, tabSize: number): number {
  let column = 0;
  for (const character of text) column += character === "\t" ? tabSize - (column % tabSize) : 1;
  return column;
}
