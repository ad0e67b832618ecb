import { apply, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { UpFrame, UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { DocumentClient } from "./document-client.ts";

// What tests type in.

export const documentId = "00000000-0000-4000-8000-000000000000";
let ids = 0;
const newId = () => `id-${++ids}`;

/** A client, the frames it sent, and a text kept the way an editor keeps its own: from operations alone. */
export function editor(overrides: { onRemote?: (operation: TextOperation) => void } = {}) {
  const sent: UpFrame[] = [];
  const timers: (() => void)[] = [];
  const shown = { text: "" };
  const client = new DocumentClient({
    documentId,
    newId,
    send: (frame) => sent.push(frame),
    after: (_, callback) => timers.push(callback),
    onRemote: ({ operation }) => {
      shown.text = apply(shown.text, operation);
      overrides.onRemote?.(operation);
    },
    onState: () => {},
  });
  return {
    client,
    sent,
    shown,
    timers,
    lastOperation: () => {
      const last = sent.findLast((frame): frame is UpFrameOf<"operation"> => frame.type === "operation");
      if (!last) throw new Error("Nothing was sent.");
      return last;
    },
    load: (text: string, revision = 0) => {
      client.connected();
      client.receive({ type: "document.snapshot", documentId, language: "python", revision, text });
      shown.text = text;
    },
    type: (operation: TextOperation) => {
      shown.text = apply(shown.text, operation);
      client.local(operation);
    },
  };
}
