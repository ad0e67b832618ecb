import { transformSelection } from "../ot/selection.ts";
import { Rope } from "../ot/rope.ts";
import { apply, type TextOperation } from "../ot/text-operation.ts";
import { unreachable } from "../unreachable.ts";
import type { EventOf, SessionEvent } from "./event.ts";
import type { LoggedDocument, LoggedParticipant, LoggedRun, SessionState } from "./state.ts";

/**
 * The state after an event. It shares all that has not changed with the state before, which stays as it was. Live rooms,
 * history and tests fold with this and nothing else.
 *
 * @throws when the event does not follow the state: a gap in the numbers, a document or revision that there is not
 */
export function reduce(state: SessionState, event: SessionEvent, write: Write = writeWhole): SessionState {
  if (event.number !== state.number + 1)
    throw new Error(`Event ${event.number} does not follow event ${state.number}.`);
  return { ...change(state, event, write), number: event.number, at: event.at };
}

/** What becomes of a document's text with an operation. */
type Write = (text: string, event: EventOf<"operation">) => string;

// What was committed has passed the validator.
const operationOf = (event: EventOf<"operation">): TextOperation => event.body.operation as TextOperation;
const writeWhole: Write = (text, event) => apply(text, operationOf(event));

/**
 * The same for many events in a row: a text that operations change is kept in pieces until the state is asked for, which
 * copies all of it.
 */
export class Folding {
  /** Its texts are those of the beginning where there is another in `#texts`. */
  #state: SessionState;
  readonly #texts = new Map<string, Rope>();

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** Of the newest event. */
  get number(): number {
    return this.#state.number;
  }

  get state(): SessionState {
    for (const [documentId, text] of this.#texts)
      this.#state = withDocument(this.#state, documentId, { text: text.toString() });
    this.#texts.clear();
    return this.#state;
  }

  take(event: SessionEvent): void {
    this.#state = reduce(this.#state, event, (text, operation) => this.#write(text, operation));
  }

  #write(text: string, event: EventOf<"operation">): string {
    const rope = this.#texts.get(event.documentId) ?? Rope.of(text);
    this.#texts.set(event.documentId, rope.apply(operationOf(event)));
    return text;
  }
}

export function fold(state: SessionState, events: Iterable<SessionEvent>): SessionState {
  const folding = new Folding(state);
  for (const event of events) folding.take(event);
  return folding.state;
}

/**
 * What an event changes, whatever its number: for whoever folds some kinds of events alone and keeps the others' outcome
 * elsewhere, as a live room does with texts.
 */
export function change(state: SessionState, event: SessionEvent, write: Write = writeWhole): SessionState {
  switch (event.kind) {
    case "session.created":
      return { ...state, title: event.body.title };
    case "session.ended":
      return { ...state, phase: "ended" };
    case "participant.joined":
      return withParticipant(state, event.participantId, { ...newcomer, ...event.body, connected: true });
    case "participant.left":
      return withoutCarets(withParticipant(state, event.participantId, { connected: false }), event.participantId);
    case "participant.removed":
      return withParticipant(state, event.body.removed, { connected: false, removed: true });
    case "document.added": {
      const { documentId, ...made } = event.body;
      return withDocument(state, documentId, { ...made, revision: 0, deleted: false });
    }
    case "document.renamed":
      return withDocument(state, event.body.documentId, { path: event.body.path });
    case "document.deleted":
      return withDocument(state, event.body.documentId, { deleted: true });
    case "desk":
      return { ...state, desk: event.body };
    case "operation":
      return operate(state, event, write);
    case "run":
    case "run.output":
    case "run.cases":
      return { ...state, runs: changeRuns(state.runs, event) };
    case "chat":
      return { ...state, chat: [...state.chat, { ...event.body, participantId: by(event), at: event.at }] };
    case "carets":
      return moveCarets(state, event);
    case "view":
      return withParticipant(state, event.participantId, { viewing: event.body.documentId });
    case "tab":
      return withParticipant(state, event.participantId, { away: event.body.away });
    case "paste":
      return state;
    default:
      return unreachable(event);
  }
}

const newcomer: LoggedParticipant = {
  name: "",
  role: "observer",
  color: 0,
  connected: false,
  removed: false,
  away: false,
  viewing: null,
};

function by({ participantId, number }: SessionEvent): string {
  if (participantId === null) throw new Error(`Event ${number} is nobody's.`);
  return participantId;
}

function withParticipant(state: SessionState, id: string | null, part: Partial<LoggedParticipant>): SessionState {
  if (id === null) throw new Error("A participant's event is nobody's.");
  const before = state.participants[id] ?? newcomer;
  return { ...state, participants: { ...state.participants, [id]: { ...before, ...part } } };
}

function withDocument(state: SessionState, id: string, part: Partial<LoggedDocument> | LoggedDocument): SessionState {
  const before = state.documents[id];
  if (!before && !("text" in part)) throw new Error(`There is no document ${id} to be changed.`);
  // A whole one when there was none, which is what was just looked at.
  const after = { ...before, ...part } as LoggedDocument;
  return { ...state, documents: { ...state.documents, [id]: after } };
}

function operate(state: SessionState, event: EventOf<"operation">, write: Write): SessionState {
  const { documentId, revision } = event;
  const document = state.documents[documentId];
  if (document?.revision !== revision - 1)
    throw new Error(`Event ${event.number} makes revision ${revision} of a document that has not come so far.`);
  const operation = operationOf(event);
  const moved = Object.entries(state.carets).map(([id, at]) => {
    if (at.documentId !== documentId) return [id, at] as const;
    const bias = id === event.participantId ? "push" : "stay";
    return [id, { ...at, selections: at.selections.map((one) => transformSelection(one, operation, bias)) }] as const;
  });
  const changed = withDocument(state, documentId, { text: write(document.text, event), revision });
  return { ...changed, carets: Object.fromEntries(moved) };
}

function changeRuns(runs: readonly LoggedRun[], event: EventOf<"run" | "run.output" | "run.cases">): LoggedRun[] {
  const runId = event.kind === "run" ? event.body.run.runId : event.body.runId;
  const known = runs.find(({ run }) => run.runId === runId);
  if (!known) {
    if (event.kind !== "run") throw new Error(`Event ${event.number} is of a run that never began.`);
    return [...runs, { run: event.body.run, chunks: [], cases: [] }];
  }
  return runs.map((one) => (one === known ? changeRun(one, event) : one));
}

/** A run after an event of its own. */
export function changeRun(run: LoggedRun, event: EventOf<"run" | "run.output" | "run.cases">): LoggedRun {
  if (event.kind === "run") return { ...run, run: event.body.run };
  if (event.kind === "run.output") {
    const { chunks } = event.body;
    return { ...run, chunks: chunks[0]?.number === 1 ? chunks : [...run.chunks, ...chunks] };
  }
  const { cases } = event.body;
  return { ...run, cases: cases[0]?.number === 1 ? cases : [...run.cases, ...cases] };
}

/** A sample was taken at some revision; what was written since, in the log's order, carries it on. */
function moveCarets(state: SessionState, event: EventOf<"carets">): SessionState {
  let after = state;
  for (const { participantId, documentId, selections } of event.body.carets) {
    after =
      selections.length === 0
        ? withoutCarets(after, participantId)
        : { ...after, carets: { ...after.carets, [participantId]: { documentId, selections } } };
  }
  return after;
}

function withoutCarets(state: SessionState, participantId: string | null): SessionState {
  const { [participantId ?? ""]: _gone, ...carets } = state.carets;
  return { ...state, carets };
}
