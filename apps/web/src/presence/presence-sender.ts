import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import type { DocumentClient } from "../document/document-client.ts";
import { toServerPosition, type OffsetRange } from "../document/positions.ts";
import { inCodePoints } from "./remote-carets.ts";

/** At most one frame in this many milliseconds. [P1] */
const intervalMs = 50;
const maxSelections = 64;

/** Tells the others where one's own carets are: after the text they stand in, seldom enough, and only when they moved. */
export class PresenceSender {
  readonly #send: (frame: UpFrame) => boolean;
  readonly #isShown: () => boolean;
  #client: DocumentClient | undefined;
  #ranges: readonly OffsetRange[] = [];
  /** What is on the screen: of which document, and where its first line begins. */
  #view: { readonly client: DocumentClient; readonly top: () => number | undefined } | undefined;
  #lastSent = "";
  #lastAt = 0;
  #wasUnsaved = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param options.isShown whether others see this person's carets: they do not see an observer's */
  constructor(options: { send: (frame: UpFrame) => boolean; isShown: () => boolean }) {
    this.#send = options.send;
    this.#isShown = options.isShown;
  }

  /** Own carets, in UTF-16 offsets of the document that is shown. */
  moved(client: DocumentClient, ranges: readonly OffsetRange[]): void {
    if (!this.#isShown()) return;
    this.#client = client;
    this.#ranges = ranges.slice(0, maxSelections);
    this.#schedule();
  }

  /**
   * Another part of the text is on the screen. [P6]
   *
   * @param top asked when it is told: where the first line begins that one sees
   */
  scrolled(client: DocumentClient, top: () => number | undefined): void {
    if (!this.#isShown()) return;
    this.#view = { client, top };
    if (this.#client === client) this.#schedule();
  }

  /** Others' edits have carried the carets; everybody else has done the same, so nobody needs to be told. */
  carried(client: DocumentClient, ranges: readonly OffsetRange[]): void {
    if (this.#client === client) this.#ranges = ranges.slice(0, maxSelections);
  }

  /** All text is saved: what was told while some was on its way can now be told exactly. */
  saved(): void {
    if (this.#client && this.#wasUnsaved) this.#schedule();
  }

  /** The socket is new: nobody knows anything. */
  connected(): void {
    this.#lastSent = "";
    if (this.#client) this.#schedule();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#client = undefined;
    this.#view = undefined;
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    // Even the first waits a moment, so that the operation typed in the same task is sent before it.
    const wait = Math.max(1, this.#lastAt + intervalMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, wait);
  }

  #flush(): void {
    const client = this.#client;
    if (client?.revision === undefined) return;
    const toServer = (position: number) => toServerPosition(position, client.pending);
    const selections = inCodePoints(client.rope, this.#ranges).map(({ anchor, head }) => ({
      anchor: toServer(anchor),
      head: toServer(head),
    }));
    const { documentId, revision } = client;
    const top = this.#view?.client === client ? this.#view.top() : undefined;
    const seen = top === undefined ? {} : { top: toServer(client.rope.toCodePoints(top)) };
    this.#wasUnsaved = client.unsavedChanges > 0;
    const key = JSON.stringify([documentId, selections, seen]);
    if (key === this.#lastSent) return;
    this.#lastAt = performance.now();
    if (this.#send({ type: "presence", documentId, revision, selections, ...seen })) this.#lastSent = key;
  }
}
