import { type TProperties, Type, type Static } from "typebox";
import { CaseResult } from "../jobs/run-result.ts";
import { OutputChunk } from "../jobs/run-stream.ts";
import { LanguageId } from "../languages.ts";
import { WireOperation } from "../protocol/document.ts";
import { RunSummary } from "../protocol/run.ts";
import { Role } from "../roles.ts";

const Id = Type.String({ format: "uuid" });
const Position = Type.Integer({ minimum: 0 });
const Selections = Type.Array(Type.Object({ anchor: Position, head: Position }), { maxItems: 64 });
/** A file's place in its project: segments joined by "/". */
const Path = Type.String({ minLength: 1, maxLength: 200 });
const ProblemRef = Type.Union([Type.Object({ problemId: Id, version: Type.Integer({ minimum: 1 }) }), Type.Null()]);

/**
 * What every event says of itself. Headers stay when bodies are erased: they name nobody but by id, and hold nothing that
 * anybody wrote.
 */
const header = {
  /** From 1, without a gap, in the order in which things happened in the session. */
  number: Type.Integer({ minimum: 1 }),
  /** Milliseconds since the epoch; never before the event before it, whatever clocks did. */
  at: Type.Integer({ minimum: 0 }),
  /** Whose doing it was; null for the house's own. */
  participantId: Type.Union([Id, Type.Null()]),
  /**
   * Its body was erased: what stands there has the shape of what stood there (the same lengths, so that later operations
   * still fit), and nothing of what somebody wrote.
   */
  erased: Type.Optional(Type.Literal(true)),
};

function event<const K extends string, T extends TProperties>(kind: K, body: T) {
  return Type.Object({ ...header, kind: Type.Literal(kind), body: Type.Object(body) });
}

/** First of every session: what it is, and where it began. */
export const SessionCreated = event("session.created", {
  title: Type.String(),
  createdBy: Type.Object({ userId: Id, name: Type.String() }),
});
/** Nothing but erasures comes after it. */
export const SessionEndedEvent = event("session.ended", {});

export const ParticipantJoined = event("participant.joined", {
  name: Type.String(),
  role: Role,
  color: Type.Integer({ minimum: 0 }),
});
/** Their last socket closed. */
export const ParticipantLeft = event("participant.left", {});
/** `participantId` is who did it. */
export const ParticipantRemoved = event("participant.removed", { removed: Id });

export const DocumentAdded = event("document.added", {
  documentId: Id,
  language: LanguageId,
  /** The problem it was made for; null when none was shown. */
  problemId: Type.Union([Id, Type.Null()]),
  path: Path,
  /** Its text at revision 0. */
  text: Type.String(),
});
export const DocumentRenamed = event("document.renamed", { documentId: Id, path: Path });
/** Its text stays in the log. */
export const DocumentDeleted = event("document.deleted", { documentId: Id });

/** The room works in this language, on this problem, from this document on. */
export const DeskChanged = event("desk", { language: LanguageId, documentId: Id, problem: ProblemRef });

/** One change to a document: it leads from `revision - 1` to `revision`. */
export const OperationEvent = Type.Object({
  ...header,
  kind: Type.Literal("operation"),
  documentId: Id,
  revision: Type.Integer({ minimum: 1 }),
  clientId: Id,
  seq: Type.Integer({ minimum: 1 }),
  body: Type.Object({ operation: WireOperation }),
});

/** A run was queued, has begun, or ended: each time all there is to say of it but its output. */
export const RunEvent = event("run", { run: RunSummary });
/** A chunk numbered 1 begins the run's output anew. */
export const RunOutputEvent = event("run.output", { runId: Id, chunks: Type.Array(OutputChunk) });
export const RunCasesEvent = event("run.cases", { runId: Id, cases: Type.Array(CaseResult) });

export const ChatEvent = event("chat", { messageId: Id, text: Type.String() });

/**
 * Where carets are at this place in the log, at most twice a second, those that moved: a sample, not a history. Without
 * selections: somebody has none any more.
 */
export const CaretsEvent = event("carets", {
  carets: Type.Array(Type.Object({ participantId: Id, documentId: Id, selections: Selections })),
});
/** Somebody looks at this document from now on. */
export const ViewEvent = event("view", { documentId: Id });
/** The room's page is out of somebody's sight, or back in it. */
export const TabEvent = event("tab", { away: Type.Boolean() });
/** Somebody pasted so many code points. The operation that brought them comes before or after. */
export const PasteEvent = event("paste", { documentId: Id, characters: Type.Integer({ minimum: 1 }) });

/** Everything that happens in a session, in one list: the only truth about it. */
export const SessionEvent = Type.Union([
  SessionCreated,
  SessionEndedEvent,
  ParticipantJoined,
  ParticipantLeft,
  ParticipantRemoved,
  DocumentAdded,
  DocumentRenamed,
  DocumentDeleted,
  DeskChanged,
  OperationEvent,
  RunEvent,
  RunOutputEvent,
  RunCasesEvent,
  ChatEvent,
  CaretsEvent,
  ViewEvent,
  TabEvent,
  PasteEvent,
]);
export type SessionEvent = Static<typeof SessionEvent>;
export type EventKind = SessionEvent["kind"];
export type EventOf<K extends EventKind> = Extract<SessionEvent, { kind: K }>;

type Unplaced<E> = E extends SessionEvent ? Omit<E, "number" | "at" | "erased"> : never;
/** An event that has no place in the log yet. */
export type NewEvent = Unplaced<SessionEvent>;
