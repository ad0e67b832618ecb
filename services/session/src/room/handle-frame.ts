import { sessionChangedChannel } from "@greenroom/shared/events/session-changed.ts";
import { unreachable } from "@greenroom/shared/unreachable.ts";
import { parseUp } from "@greenroom/shared/protocol/codec.ts";
import type { CommittedOperation, OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { UpFrame, UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { can } from "@greenroom/shared/roles.ts";
import type { ProgramFile } from "../db/schema.ts";
import type { Document } from "../document/document.ts";
import { weightOf } from "../document/weight.ts";
import { findProblem } from "../problem/problem-repository.ts";
import { type Caret, carry, clamp } from "../presence/carets.ts";
import { endSession } from "../session/session-repository.ts";
import type { Connection } from "./connection.ts";
import { addFile, deleteFile, renameFile } from "./handle-file.ts";
import { goAway, lookAt, noteDownPaste, sayInChat } from "./handle-talk.ts";
import { makeFrame } from "./made-frame.ts";
import type { Room } from "./room.ts";
import { asRefusal, type FrameContext, inTurn, Refusal, requireLive } from "./refusal.ts";

// One frame from one participant: who may do it is checked here, for every frame there is.

/** Weight of one component of an operation that another one is carried over. */
const workOfComponent = 16;
/** Carets that were sent, times the components they would have to be carried over: a millisecond of work. */
const carryAtMost = 50_000;
/** UTF-16 units of JSON, of three bytes each at the most. */
const catchUpFrameLength = 512 * 1024;

/** Handles one frame. A promise means that the frame needs time; the next one waits for it. */
export function handleFrame(context: FrameContext, data: string): Promise<void> | undefined {
  const { room, connection } = context;
  if (connection.frames.take() > 0) {
    connection.close("rate-limited");
    return undefined;
  }
  const parsed = parseUp(data);
  room.deps.metrics.received(parsed.ok ? parsed.frame.type : "unreadable");
  if (!parsed.ok) {
    connection.refuseMalformed(parsed.message, parsed.type);
    return undefined;
  }
  const frame = withCanonicalIds(parsed.frame);
  try {
    return dispatch(context, frame)?.catch((error: unknown) => refuse(context, frame, error));
  } catch (error) {
    refuse(context, frame, error);
    return undefined;
  }
}

/** UUIDs mean the same in capitals, and Postgres writes them small: what is looked up by one is looked up by that form. */
function withCanonicalIds(frame: UpFrame): UpFrame {
  const canonical: Record<string, unknown> = { ...frame };
  for (const name of ["documentId", "clientId", "runId", "participantId", "problemId", "messageId"]) {
    const id = canonical[name];
    if (typeof id === "string") canonical[name] = id.toLowerCase();
  }
  return canonical as UpFrame; // the same frame, but for the case of its ids
}

function aboutWhat(frame: UpFrame): { runId?: string; documentId?: string; messageId?: string } {
  if ("runId" in frame) return { runId: frame.runId };
  if ("documentId" in frame) return { documentId: frame.documentId };
  return "messageId" in frame ? { messageId: frame.messageId } : {};
}

function refuse({ connection }: FrameContext, frame: UpFrame, error: unknown): void {
  const about = aboutWhat(frame);
  const refusal = asRefusal(error);
  if (refusal) {
    const { code, message } = refusal;
    connection.send({ type: "error", code, message, refused: frame.type, ...about });
    return;
  }
  connection.log.error({ err: error, frame: frame.type }, "A frame could not be handled");
  const message = "Something went wrong on our side.";
  connection.send({ type: "error", code: "internal-error", message, refused: frame.type, ...about });
}

function dispatch(context: FrameContext, frame: UpFrame): Promise<void> | undefined {
  switch (frame.type) {
    case "ping":
      context.connection.send({ type: "pong" });
      return undefined;
    case "operation":
      return receiveOperation(context, frame);
    case "presence":
      receivePresence(context, frame);
      return undefined;
    case "access":
      return renewAccess(context, frame);
    case "document.open":
      return openDocument(context, frame);
    case "language":
      return changeLanguage(context, frame);
    case "run.start":
      return startRun(context, frame);
    case "run.order":
      return orderRun(context, frame);
    case "problem.show":
      return showProblem(context, frame);
    case "session.end":
      return end(context);
    case "participant.remove":
      return remove(context, frame);
    case "chat.send":
      return sayInChat(context, frame);
    case "view":
      return lookAt(context, frame);
    case "tab":
      return goAway(context, frame);
    case "paste":
      return noteDownPaste(context, frame);
    case "file.add":
      return addFile(context, frame);
    case "file.rename":
      return renameFile(context, frame);
    case "file.delete":
      return deleteFile(context, frame);
    default:
      return unreachable(frame);
  }
}

async function renewAccess({ connection, verifyAccessToken }: FrameContext, frame: UpFrameOf<"access">): Promise<void> {
  const claims = await verifyAccessToken(frame.accessToken).catch(() => undefined);
  if (!claims || !connection.renew(claims))
    throw new Refusal("unauthenticated", "The access token is not a newer one of the same bearer.");
}

async function openDocument({ room, connection }: FrameContext, frame: UpFrameOf<"document.open">): Promise<void> {
  await inTurn(connection.budget.opening);
  const document = await room.documents.load(frame.documentId);
  if (!document) throw new Refusal("unknown-document", "There is no such document in this session.");
  // Whoever knows more than this room may know it from the one that took it over: what was true before is not told.
  if ((frame.since ?? 0) > document.revision && !(await room.isStillOurs())) return;
  // Opened again on the same socket: what is committed from now on is part of the answer, and must not come before it.
  connection.documents.delete(document.id);
  await room.documents.catchUp(document, frame.since, (opened) => {
    const { id: documentId, language } = document;
    connection.documents.add(documentId);
    if (opened.kind === "operations")
      for (const operations of inFrames(opened.operations))
        connection.send({ type: "document.operations", documentId, operations });
    else {
      const { revision, text } = opened;
      connection.send({ type: "document.snapshot", documentId, language, revision, text });
    }
    for (const [connectionId, caret] of room.carets.in(documentId))
      if (connectionId !== connection.id) connection.send(presenceOf(connectionId, caret));
  });
}

/** A catch-up may be long: as many frames as it takes to keep each below its bound; one, though empty, in any case. [T3] */
function inFrames(operations: readonly CommittedOperation[]): CommittedOperation[][] {
  const frames: CommittedOperation[][] = [[]];
  let size = 0;
  for (const operation of operations) {
    const length = JSON.stringify(operation).length;
    if (size > 0 && size + length > catchUpFrameLength) {
      frames.push([]);
      size = 0;
    }
    frames.at(-1)?.push(operation);
    size += length;
  }
  return frames;
}

/** [D2–D6] */
function receiveOperation(context: FrameContext, frame: UpFrameOf<"operation">): Promise<void> | undefined {
  const { room, connection } = context;
  const { documentId, clientId, seq, revision } = frame;
  const refuse = (code: OperationRefusal, retryAfterMs?: number): undefined => {
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    connection.send({ type: "operation.refused", documentId, clientId, seq, code, ...wait });
  };
  if (!can(connection.participant.role, "edit")) return refuse("not-allowed");
  const document = connection.documents.has(documentId) ? room.documents.find(documentId) : undefined;
  if (!document) return refuse(room.isLive ? "unknown-document" : "session-ended");
  if (room.isLive) {
    if (!room.files.has(documentId)) return refuse("unknown-document");
    const work = weightOf(frame.operation) + workOfComponent * document.componentsSince(revision);
    const wait = connection.operations.take() || connection.budget.writing.take(work);
    if (wait > 0) return refuse("rate-limited", wait);
  }
  const take = (): void => {
    const answer = takeOperation(context, document, frame);
    if (typeof answer === "string") refuse(answer);
    else if (answer) connection.send({ type: "operation.ack", documentId, clientId, seq, revision: answer.revision });
  };
  if (document.knows(clientId)) take();
  else return inTurn(connection.budget.opening).then(() => room.documents.recall(document, clientId).then(take));
  return undefined;
}

/** @returns why it is refused; the revision that it has already; or nothing, when whoever sent it hears of it later */
function takeOperation(
  { room, connection }: FrameContext,
  document: Document<Connection>,
  frame: UpFrameOf<"operation">,
): OperationRefusal | { revision: number } | undefined {
  const { clientId, seq, revision, operation } = frame;
  const participantId = connection.participant.id;
  if (!room.isLive) {
    const known = document.committedRevision({ clientId, seq, participantId });
    return known === undefined ? "session-ended" : { revision: known };
  }
  const incoming = { author: connection, participantId, clientId, seq, revision, operation };
  const received = room.documents.receive(document, incoming);
  if (received.kind === "refused") return received.code;
  return received.kind === "known" ? { revision: received.revision } : undefined;
}

/** [P1, P2] */
function receivePresence(context: FrameContext, frame: UpFrameOf<"presence">): void {
  requireLive(context, "edit");
  const { room, connection } = context;
  connection.presence.push(() => {
    const { documentId, revision, selections, top } = frame;
    const document = connection.documents.has(documentId) ? room.documents.find(documentId) : undefined;
    if (!document || revision > document.revision || revision < document.oldestRevision) return;
    // So far behind, they would be old news: newer ones follow.
    if (document.componentsSince(revision) * (selections.length + 1) > carryAtMost) return;
    const before = room.carets.find(connection.id);
    const { id: participantId } = connection.participant;
    const told = { participantId, documentId, selections, ...(top !== undefined && { top }) };
    const carried = carry(told, document.since(revision));
    const caret = clamp(carried, document.length);
    room.carets.set(connection.id, caret);
    if (before && before.documentId !== documentId)
      room.broadcast(presenceOf(connection.id, { participantId, documentId: before.documentId, selections: [] }));
    const made = makeFrame(presenceOf(connection.id, caret));
    for (const other of room.connections)
      if (other !== connection && other.documents.has(documentId)) other.sendLossy(made);
  });
}

function presenceOf(connectionId: string, { selections, ...where }: Caret): DownFrameOf<"presence"> {
  return { type: "presence", connectionId, ...where, selections: [...selections] };
}

async function changeLanguage(context: FrameContext, frame: UpFrameOf<"language">): Promise<void> {
  requireLive(context, "change-language");
  const { room, connection } = context;
  if (room.desk.language === frame.language) return;
  await inTurn(connection.budget.opening);
  await room.desk.setLanguage(frame.language, connection.participant.id);
  // Its sandbox is made meanwhile. Should that not be heard, the executor is asked again with the next change.
  void room.deps.queue.want(frame.language).catch(() => undefined);
}

/** [B1] */
async function showProblem(context: FrameContext, frame: UpFrameOf<"problem.show">): Promise<void> {
  requireLive(context, "show-problem");
  const { room, connection } = context;
  if (connection.claims.kind !== "user")
    throw new Refusal("not-allowed", "Only somebody with an account can choose from the company's problems.");
  const found = frame.problemId === null ? null : await findProblem(room.deps.db, frame.problemId);
  if (found === undefined) throw new Refusal("unknown-problem", "There is no such problem.");
  await room.desk.setProblem(found, connection.participant.id);
}

async function startRun(context: FrameContext, frame: UpFrameOf<"run.start">): Promise<void> {
  requireLive(context, "run");
  const { room, connection } = context;
  // One that is not in memory may not exist: whoever asks for those is slowed as if they were opened.
  if (!room.documents.find(frame.documentId)) await inTurn(connection.budget.opening);
  const document = await room.documents.load(frame.documentId);
  if (!document || !room.files.has(document.id) || frame.revision > document.revision)
    throw new Refusal("unknown-document", "There is no such document, or not yet at this revision.");
  const { entry, files } = await programOf(room, document);
  const code = await room.runs.start({
    runId: frame.runId,
    documentId: entry.id,
    language: entry.language,
    revision: entry.revision,
    participantId: connection.participant.id,
    source: entry.text,
    files,
    task: storableTask(frame.task),
    problem: room.desk.problem,
  });
  if (code) throw new Refusal(code, "The run could not be started.");
}

/** All files of a document's project as they are committed; the entry is what runs begin with. [F5] */
async function programOf(
  room: Room,
  asked: Document<Connection>,
): Promise<{ entry: Document<Connection>; files: ProgramFile[] }> {
  const [first, ...others] = room.files.ofProject(asked.id);
  const entry = (first && (await room.documents.load(first.documentId))) ?? asked;
  const loaded = await Promise.all(others.map(({ documentId }) => room.documents.load(documentId)));
  return { entry, files: others.map(({ path }, index) => ({ name: path, content: loaded[index]?.text ?? "" })) };
}

/** Postgres keeps no NUL in text. */
function storableTask(task: RunTask): RunTask {
  if (task.kind !== "free" || task.input.kind !== "given") return task;
  return { kind: "free", input: { kind: "given", text: task.input.text.replaceAll("\0", "").toWellFormed() } };
}

function orderRun(context: FrameContext, frame: UpFrameOf<"run.order">): undefined {
  requireLive(context, "run");
  const code = context.room.runs.order(frame.runId, frame.order);
  if (code) throw new Refusal(code, "The run does not take this order.");
}

async function end(context: FrameContext): Promise<void> {
  requireLive(context, "end-session");
  const { room, connection } = context;
  room.refresh(await endSession(room.deps.db, room.sessionId, connection.participant.id));
  await room.deps.redis.publish(sessionChangedChannel, room.sessionId).catch(() => undefined);
}

async function remove(context: FrameContext, frame: UpFrameOf<"participant.remove">): Promise<void> {
  requireLive(context, "remove-participant");
  const { room, connection } = context;
  if (frame.participantId === connection.participant.id)
    throw new Refusal("not-allowed", "Nobody can remove themselves; leave instead.");
  // A removal is for good, and an interviewer who came by an invite must not lock out whose session it is.
  if (frame.participantId === room.session.created_by)
    throw new Refusal("not-allowed", "Whoever made the session cannot be removed from it.");
  await room.remove(frame.participantId, connection.participant.id);
  // Whoever holds other sockets of theirs looks every two seconds anyway: this only makes it quicker.
  await room.deps.redis.publish(sessionChangedChannel, room.sessionId).catch(() => undefined);
}
