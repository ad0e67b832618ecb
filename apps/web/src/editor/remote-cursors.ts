import type { RemoteCaret, RemoteCarets } from "../presence/remote-carets.ts";
import { personClass } from "../presence/person.ts";
import type { Room } from "../room/room.ts";
import { CaretWidgets } from "./caret-widgets.ts";
import { monaco } from "./monaco.ts";

/** Other people's carets and selections in an editor. */
export class RemoteCursors {
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #room: Room;
  readonly #carets: RemoteCarets;
  readonly #selections: monaco.editor.IEditorDecorationsCollection;
  readonly #widgets: CaretWidgets;
  readonly #unsubscribe: (() => void)[];

  constructor(editor: monaco.editor.IStandaloneCodeEditor, room: Room, carets: RemoteCarets) {
    this.#editor = editor;
    this.#room = room;
    this.#carets = carets;
    this.#selections = editor.createDecorationsCollection();
    this.#widgets = new CaretWidgets(editor);
    this.#unsubscribe = [carets.subscribe(() => this.#draw()), room.info.subscribe(() => this.#draw())];
    this.#draw();
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#selections.clear();
    this.#widgets.close();
  }

  #draw(): void {
    const model = this.#editor.getModel();
    if (!model) return;
    const carets = this.#carets.all;
    this.#selections.set(carets.flatMap((caret) => this.#selectionsOf(caret, model)));
    this.#widgets.draw(
      carets.flatMap(({ connectionId, participantId, ranges, moves }) =>
        ranges.map(({ head }, index) => ({
          key: `${connectionId}/${index}`,
          position: model.getPositionAt(head),
          name: this.#room.nameOf(participantId),
          isFirst: index === 0,
          className: personClass(this.#colorOf(participantId)),
          moves,
        })),
      ),
    );
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
