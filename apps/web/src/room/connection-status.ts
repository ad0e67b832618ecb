import type { JournalProblem } from "../document/journal-store.ts";
import type { Connection } from "./room-socket.ts";
import type { Saving } from "./saving.ts";

export interface ConnectionStatus {
  /** good: all is well. busy: something is on its way. bad: somebody should know. ended: nothing changes any more. */
  readonly tone: "good" | "busy" | "bad" | "ended";
  readonly text: string;
}

/** The one sentence about what is saved; it never promises more than the server, or this device's disk, has told. [J1] [J9] */
export function connectionStatus(connection: Connection, saving: Saving, phase: "live" | "ended"): ConnectionStatus {
  const { unsaved, problem } = saving;
  const changes = unsaved === 1 ? "1 change" : `${unsaved} changes`;
  if (problem)
    return { tone: "bad", text: `${changes} not saved: ${problemText[problem] ?? "the server refuses them"}` };
  if (phase === "ended") {
    if (unsaved > 0) return { tone: "bad", text: `Session ended · ${changes} not saved, ${keptText(saving)}` };
    return { tone: "ended", text: "Session ended · read-only" };
  }
  if (connection.kind === "closed") {
    return {
      tone: "bad",
      text: unsaved > 0 ? `Disconnected · ${changes} not saved, ${keptText(saving)}` : "Disconnected",
    };
  }
  if (connection.kind === "open") {
    if (!saving.isLoaded) return { tone: "busy", text: "Loading the document…" };
    const failing = problemOf(saving.keeping);
    if (unsaved > 0 && failing) return { tone: "bad", text: `Saving… not kept on this device: ${failing}` };
    if (unsaved > 0) return { tone: "busy", text: "Saving…" };
    const connected = connection.withoutWebSocket ? "Connected (no WebSocket)" : "Connected";
    const copies = failing ? " · this device keeps no copy" : "";
    return { tone: "good", text: `${connected} · all changes saved${copies}` };
  }
  const doing = saving.isLoaded ? "Reconnecting…" : "Connecting…";
  if (unsaved > 0) return { tone: "bad", text: `${doing} ${changes} ${keptText(saving)}` };
  return { tone: "busy", text: saving.isLoaded ? `${doing} all changes saved` : doing };
}

/** What a screen reader says by itself: what changes something for a person, and never each keystroke. */
export function announcementOf(connection: Connection, saving: Saving, phase: "live" | "ended"): string {
  if (saving.problem) return `Your changes are not saved: ${problemText[saving.problem] ?? "the server refuses them"}.`;
  if (phase === "ended") return "The interview has ended. Everything is read-only now.";
  if (connection.kind === "open" || !saving.isLoaded) return "";
  if (saving.unsaved === 0) return "The connection is gone. It is opened again by itself.";
  const failing = problemOf(saving.keeping);
  return failing
    ? `The connection is gone, and what you type is not kept: ${failing}. Do not close this page.`
    : "The connection is gone. What you type is kept on this device and saved once it is back.";
}

/** Why nothing can be written down; undefined where it can. */
export function problemOf(keeping: Saving["keeping"]): string | undefined {
  return keeping === "all" || keeping === "writing" ? undefined : keepingProblems[keeping];
}

function keptText({ keeping }: Saving): string {
  const failing = problemOf(keeping);
  if (failing) return `NOT kept: ${failing}`;
  return keeping === "all" ? "kept on this device" : "being kept on this device…";
}

const keepingProblems: Record<JournalProblem, string> = {
  full: "this device has no room for it",
  insecure: "a page without HTTPS cannot",
  unavailable: "this browser does not let the page store anything",
};

const problemText: Partial<Record<NonNullable<Saving["problem"]>, string>> = {
  "document-too-large": "the document is larger than a megabyte; remove some text",
  "not-allowed": "your role may not edit",
  "session-ended": "the session has ended",
  "unknown-document": "the document is not here any more",
};
