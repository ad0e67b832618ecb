import type { Connection } from "./room-socket.ts";
import type { Saving } from "./room.ts";

export interface ConnectionStatus {
  /** good: all is well. busy: something is on its way. bad: somebody should know. ended: nothing changes any more. */
  readonly tone: "good" | "busy" | "bad" | "ended";
  readonly text: string;
}

/** The one sentence about what is saved; it never promises more than the server has acknowledged. */
export function connectionStatus(connection: Connection, saving: Saving, phase: "live" | "ended"): ConnectionStatus {
  const { unsaved, problem } = saving;
  const changes = unsaved === 1 ? "1 change" : `${unsaved} changes`;
  if (problem)
    return { tone: "bad", text: `${changes} not saved: ${problemText[problem] ?? "the server refuses them"}` };
  if (phase === "ended") {
    if (unsaved > 0) return { tone: "bad", text: `Session ended · ${changes} not saved (kept in this page)` };
    return { tone: "ended", text: "Session ended · read-only" };
  }
  if (connection.kind === "closed") {
    return {
      tone: "bad",
      text: unsaved > 0 ? `Disconnected · ${changes} not saved (kept in this page)` : "Disconnected",
    };
  }
  if (connection.kind === "open") {
    if (!saving.isLoaded) return { tone: "busy", text: "Loading the document…" };
    if (unsaved > 0) return { tone: "busy", text: "Saving…" };
    const connected = connection.withoutWebSocket ? "Connected (no WebSocket)" : "Connected";
    return { tone: "good", text: `${connected} · all changes saved` };
  }
  const doing = saving.isLoaded ? "Reconnecting…" : "Connecting…";
  if (unsaved > 0) return { tone: "bad", text: `${doing} ${changes} not saved yet (kept in this page)` };
  return { tone: "busy", text: saving.isLoaded ? `${doing} all changes saved` : doing };
}

/** What a screen reader says by itself: what changes something for a person, and never each keystroke. */
export function announcementOf(connection: Connection, saving: Saving, phase: "live" | "ended"): string {
  if (saving.problem) return `Your changes are not saved: ${problemText[saving.problem] ?? "the server refuses them"}.`;
  if (phase === "ended") return "The interview has ended. Everything is read-only now.";
  if (connection.kind === "open" || !saving.isLoaded) return "";
  return saving.unsaved > 0
    ? "The connection is gone. What you type is kept in this page and not saved yet."
    : "The connection is gone. It is opened again by itself.";
}

const problemText: Partial<Record<NonNullable<Saving["problem"]>, string>> = {
  "document-too-large": "the document is larger than a megabyte; remove some text",
  "not-allowed": "your role may not edit",
  "session-ended": "the session has ended",
  "unknown-document": "the document is not here any more",
};
