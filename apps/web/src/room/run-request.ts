import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { UpFrame, UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import type { DocumentClient } from "../document/document-client.ts";
import { newId } from "./new-id.ts";

/** How long a click waits for the text to be saved, and for an answer, in milliseconds. */
const longestWaitMs = 10_000;

export interface RunRequestOptions {
  readonly send: (frame: UpFrame) => boolean;
  /** The other files of the project are saved, too: they run with it. [F5] */
  readonly areOthersSaved: () => boolean;
  readonly onState: (state: "saving" | "sent" | undefined) => void;
  readonly onGivenUp: (reason: string) => void;
}

/**
 * One's own click on Run or Submit until the server knows of it: it waits until the text is saved, so that what runs is what one
 * sees, and asks again under the same id after a reconnect, so that it runs once. [R1]
 */
export class RunRequest {
  readonly #options: RunRequestOptions;
  #waiting: { client: DocumentClient; task: RunTask } | undefined;
  #sent: UpFrameOf<"run.start"> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RunRequestOptions) {
    this.#options = options;
  }

  start(client: DocumentClient, task: RunTask): void {
    if (this.#waiting || this.#sent) return;
    this.#waiting = { client, task };
    this.#options.onState("saving");
    this.#timer = setTimeout(() => this.#giveUp(), longestWaitMs);
    this.documentChanged();
  }

  documentChanged(): void {
    if (!this.#waiting?.client.isSynchronised || !this.#options.areOthersSaved()) return;
    const { client, task } = this.#waiting;
    if (client.revision === undefined) return;
    const { documentId, revision } = client;
    this.#waiting = undefined;
    this.#sent = { type: "run.start", runId: newId(), documentId, revision, task };
    this.#options.onState("sent");
    this.#options.send(this.#sent);
  }

  connected(): void {
    if (this.#sent) this.#options.send(this.#sent);
  }

  answered(runId: string): void {
    if (this.#sent?.runId === runId) this.#done();
  }

  /** Whether there was anything to take back. */
  cancel(): boolean {
    const wasWaiting = this.#waiting !== undefined;
    if (wasWaiting || this.#sent) this.#done();
    return wasWaiting;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #giveUp(): void {
    const reason = this.#waiting
      ? "It was not run: your changes could not be saved yet. Run it again once they are."
      : "It was not run: the server has not answered. Try again.";
    this.#done();
    this.#options.onGivenUp(reason);
  }

  #done(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.#sent = undefined;
    this.#options.onState(undefined);
  }
}
