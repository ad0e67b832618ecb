import type { CommittedOperation } from "@greenroom/shared/protocol/document.ts";
import type { UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { apply, codePointLength, transform, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { validateOperation } from "@greenroom/shared/ot/validate-operation.ts";
import type { DocumentFrame } from "./document-client.ts";

/** The smallest server that keeps the protocol's promises, to test the client against. For tests only. */
export class ReferenceServer {
  readonly documentId: string;
  readonly history: CommittedOperation[] = [];
  /** Older revisions are answered with a snapshot. */
  readonly #keep: number;
  text: string;

  constructor(documentId: string, text: string, keep = Infinity) {
    this.documentId = documentId;
    this.text = text;
    this.#keep = keep;
  }

  open(since: number | null): DocumentFrame {
    const { documentId } = this;
    const revision = this.history.length;
    if (since === null || revision - since > this.#keep) {
      return { type: "document.snapshot", documentId, language: "python", revision, text: this.text };
    }
    return { type: "document.operations", documentId, operations: this.history.slice(since) };
  }

  /** What the author is told, and what everybody else is told. */
  submit(frame: UpFrameOf<"operation">): { answer: DocumentFrame; others: DocumentFrame | undefined } {
    const { documentId } = this;
    const { clientId, seq } = frame;
    const known = this.history.find((committed) => committed.clientId === clientId && committed.seq === seq);
    if (known) {
      const { revision } = known;
      return { answer: { type: "operation.ack", documentId, clientId, seq, revision }, others: undefined };
    }
    if (frame.operation.length === 0) {
      return {
        answer: { type: "operation.refused", documentId, clientId, seq, code: "bad-operation" },
        others: undefined,
      };
    }
    const last = this.history.findLast((committed) => committed.clientId === clientId);
    if (seq !== (last?.seq ?? 0) + 1) throw new Error(`Out of order: ${seq} after ${last?.seq}`);
    let operation: TextOperation = frame.operation;
    for (const committed of this.history.slice(frame.revision)) {
      operation = transform(operation, committed.operation, "right");
    }
    const problem = operation.length > 0 ? validateOperation(operation, codePointLength(this.text)) : undefined;
    if (problem) throw new Error(problem);
    this.text = apply(this.text, operation);
    const revision = this.history.length + 1;
    const committed = { revision, participantId: clientId, clientId, seq, operation: [...operation] };
    this.history.push(committed);
    return {
      answer: { type: "operation.ack", documentId, clientId, seq, revision },
      others: { type: "document.operations", documentId, operations: [committed] },
    };
  }
}
