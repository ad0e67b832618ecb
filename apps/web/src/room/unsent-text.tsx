import { getLanguage } from "@greenroom/shared/languages.ts";
import { useId, useMemo, useState, type ReactElement } from "react";
import { textOf } from "../document/pending-state.ts";
import { typedParts } from "../document/typed-parts.ts";
import { Button } from "../ui/button.tsx";
import { copyText } from "../ui/copy-link.tsx";
import { formatInstant } from "../ui/format-time.ts";
import { Icon } from "../ui/icon.tsx";
import type { UnsentText as Unsent } from "./room-journal.ts";
import type { FinalReason } from "./room-socket.ts";
import type { Room } from "./room.ts";
import { useStore } from "./store.ts";
import "./unsent-text.css";

/** All that was typed here and did not reach the server, to copy and to delete. [J7] */
export function UnsentTexts({ room }: { room: Room }): ReactElement | null {
  const unsent = useStore(room.unsent);
  if (unsent.length === 0) return null;
  return (
    <div className="unsent-texts">
      {unsent.map((one) => (
        <UnsentText key={keyOf(one)} unsent={one} onDelete={() => room.discard(one)} />
      ))}
    </div>
  );
}

function UnsentText({ unsent, onDelete }: { unsent: Unsent; onDelete: () => void }): ReactElement {
  const { state, language, at } = unsent.record;
  const titleId = useId();
  const [copied, setCopied] = useState(false);
  const parts = useMemo(() => typedParts(state), [state]);
  const isSentLater = comesBack.has(unsent.reason);
  return (
    <section className="unsent-text" aria-labelledby={titleId}>
      <h2 id={titleId}>
        {getLanguage(language).label}, typed on {formatInstant(at)}
      </h2>
      <p className="muted">
        {isSentLater
          ? "What is marked is not saved yet. It is kept on this device, and sent once you are in the room again."
          : `What is marked was not saved: ${reasonOf(unsent.reason)}. It is kept on this device until you delete it.`}
      </p>
      {/* Long texts scroll, by the keyboard too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="unsent-code" tabIndex={0} aria-label="The text as you had it">
        <pre>{parts.map(({ text, isTyped }, index) => (isTyped ? <mark key={index}>{text}</mark> : text))}</pre>
      </section>
      <div className="unsent-actions">
        <Button look="small primary" onClick={() => void copyText(textOf(state), null).then(setCopied)}>
          <Icon name={copied ? "check" : "copy"} /> {copied ? "Copied" : "Copy the text"}
        </Button>
        {!isSentLater && (
          <Button look="small danger" onClick={onDelete}>
            Delete it from this device
          </Button>
        )}
      </div>
    </section>
  );
}

function keyOf({ record, isLeft }: Unsent): string {
  return `${isLeft} ${record.tabId} ${record.documentId}`;
}

/** Whoever is refused for these may be let in again. */
const comesBack: ReadonlySet<Unsent["reason"]> = new Set<FinalReason>(["room-full", "bad-protocol", "signed-out"]);

function reasonOf(reason: Unsent["reason"]): string {
  return reasons[reason] ?? "the server does not take it any more";
}

const reasons: Partial<Record<Unsent["reason"], string>> = {
  "session-ended": "the interview had ended",
  removed: "you were removed from the interview",
  revoked: "your invite was taken back",
  "not-allowed": "your role may not edit",
  "unknown-document": "its document is not there any more",
  "document-too-large": "the document has no room for it",
  "bad-operation": "it does not fit the document any more",
  "out-of-order": "the server has newer changes of yours, and this may be among them already",
};
