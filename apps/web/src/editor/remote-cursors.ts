import type { RemoteCaret, RemoteCarets } from "../presence/remote-carets.ts";
import { personClass } from "../presence/person.ts";
import type { Room } from "../room/room.ts";
import { monaco } from "./monaco.ts";
import "./remote-cursors.css";

/** A name is shown this long after its owner moved, in milliseconds; afterwards on hovering over the caret. */
const nameShownMs = 2000;

/** Other people's carets and selections in an editor. */
export class RemoteCursors {
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #room: Room;
  readonly #carets: RemoteCarets;
  readonly #selections: monaco.editor.IEditorDecorationsCollection;
  readonly #widgets = new Map<string, CaretWidget>();
  readonly #unsubscribe: (() => void)[];

  constructor(editor: monaco.editor.IStandaloneCodeEditor, room: Room, carets: RemoteCarets) {
    this.#editor = editor;
    this.#room = room;
    this.#carets = carets;
    this.#selections = editor.createDecorationsCollection();
    this.#unsubscribe = [carets.subscribe(() => this.#draw()), room.info.subscribe(() => this.#draw())];
    this.#draw();
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#selections.clear();
    for (const widget of this.#widgets.values()) widget.close();
    this.#widgets.clear();
  }

  #draw(): void {
    const model = this.#editor.getModel();
    if (!model) return;
    const carets = this.#carets.all;
    this.#selections.set(carets.flatMap((caret) => this.#selectionsOf(caret, model)));
    const drawn = new Set<string>();
    for (const caret of carets) {
      for (const [index, range] of caret.ranges.entries()) {
        const key = `${caret.connectionId}/${index}`;
        drawn.add(key);
        const widget = this.#widgets.get(key) ?? new CaretWidget(this.#editor, key);
        this.#widgets.set(key, widget);
        widget.show({
          position: model.getPositionAt(range.head),
          name: this.#room.nameOf(caret.participantId),
          className: personClass(this.#colorOf(caret.participantId)),
          moves: caret.moves,
        });
      }
    }
    for (const [key, widget] of this.#widgets) {
      if (drawn.has(key)) continue;
      widget.close();
      this.#widgets.delete(key);
    }
  }

  #selectionsOf(caret: RemoteCaret, model: monaco.editor.ITextModel): monaco.editor.IModelDeltaDecoration[] {
    return caret.ranges
      .filter(({ anchor, head }) => anchor !== head)
      .map(({ anchor, head }) => ({
        range: monaco.Range.fromPositions(
          model.getPositionAt(Math.min(anchor, head)),
          model.getPositionAt(Math.max(anchor, head)),
        ),
        options: { className: `remote-selection ${personClass(this.#colorOf(caret.participantId))}` },
      }));
  }

  #colorOf(participantId: string): number {
    return this.#room.info.get()?.participants.find((one) => one.participantId === participantId)?.color ?? 0;
  }
}

interface ShownCaret {
  readonly position: monaco.Position;
  readonly name: string;
  readonly className: string;
  readonly moves: number;
}

/** A caret with a name, drawn above the text at a position. */
export class CaretWidget implements monaco.editor.IContentWidget {
  readonly suppressMouseDown = false;
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #id: string;
  readonly #node = document.createElement("div");
  readonly #name = document.createElement("span");
  #shown: ShownCaret | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: monaco.editor.IStandaloneCodeEditor, id: string) {
    this.#editor = editor;
    this.#id = id;
    this.#name.className = "remote-caret-name";
    // Who is where is told by the list of participants; a screen reader need not hear every movement.
    this.#node.ariaHidden = "true";
    this.#node.append(this.#name);
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
    const isMoved = before?.moves !== next.moves;
    if (isMoved) this.#showName();
    if (this.#name.textContent !== next.name) this.#name.textContent = next.name;
    const isBelow = next.position.lineNumber === 1;
    this.#node.className = `remote-caret ${next.className}${isBelow ? " is-below" : ""}`;
    this.#node.style.height = `${this.#editor.getOption(monaco.editor.EditorOption.lineHeight)}px`;
    if (!before) this.#editor.addContentWidget(this);
    else if (!before.position.equals(next.position)) this.#editor.layoutContentWidget(this);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#editor.removeContentWidget(this);
  }

  #showName(): void {
    this.#name.dataset["shown"] = "";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => delete this.#name.dataset["shown"], nameShownMs);
  }
}
