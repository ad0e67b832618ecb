import { setTimeout } from "node:timers/promises";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import { unreachable } from "@greenroom/shared/unreachable.ts";
import { encode, parseUp } from "@greenroom/shared/protocol/codec.ts";
import type { CommittedOperation, OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { UpFrame, UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { type Action, can } from "@greenroom/shared/roles.ts";
import { weightOf } from "../document/weight.ts";
import { FencedError, LogFullError } from "../log/room-log.ts";
import { findProblem } from "../problem/problem-repository.ts";
import { carry, clamp } from "../presence/carets.ts";
import { endSession } from "../session/session-repository.ts";
import type { Connection } from "./connection.ts";
import type { Room } from "./room.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** One frame from one participant: who may do it is checked here, for every frame there is. */
export interface FrameContext {
  readonly room: Room;
  readonly connection: Connection;
  readonly verifyAccessToken: VerifyAccessToken;
}

/** Weight of one component of an operation that another one is carried over. */
const workOfComponent = 16;
/** Carets that were sent, times the components they would have to be carried over: a millisecond of work. */
const carryAtMost = 50_000;
/** UTF-16 units of JSON, of three bytes each at the most. */
const catchUpFrameLength = 512 * 1024;

/** A frame that was refused: its code goes back to its sender, and nobody else notices. */
class Refusal extends Error {
  readonly code: FrameErrorCode;
  constructor(code: FrameErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

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
  for (const name of ["documentId", "clientId", "runId", "participantId", "problemId"]) {
    const id = canonical[name];
    if (typeof id === "string") canonical[name] = id.toLowerCase();
  }
  return canonical as UpFrame; // the same frame, but for the case of its ids
}

function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof FencedError) return new Refusal("session-ended", "The session has ended or moved.");
  if (error instanceof LogFullError) return new Refusal("rate-limited", "Too much waits to be written down.");
  return undefined;
}

function refuse({ connection }: FrameContext, frame: UpFrame, error: unknown): void {
  const runId = "runId" in frame ? { runId: frame.runId } : {};
  const refusal = asRefusal(error);
  if (refusal) {
    const { code, message } = refusal;
    connection.send({ type: "error", code, message, refused: frame.type, ...runId });
    return;
  }
  connection.log.error({ err: error, frame: frame.type }, "A frame could not be handled");
  const message = "Something went wrong on our side.";
  connection.send({ type: "error", code: "internal-error", message, refused: frame.type, ...runId });
}

function dispatch(context: FrameContext, frame: UpFrame): Promise<void> | undefined {
  switch (frame.type) {
    case "ping":
      context.connection.send({ type: "pong" });
      return undefined;
    case "operation":
      receiveOperation(context, frame);
      return undefined;
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
    default:
      return unreachable(frame);
  }
}

/** Throws unless the participant's role lets them do this, in a session that has not ended. */
function requireLive({ room, connection }: FrameContext, action: Action): void {
  if (!can(connection.participant.role, action))
    throw new Refusal("not-allowed", "Your role does not let you do this.");
  if (!room.isLive) throw new Refusal("session-ended", "The session has ended; nothing in it changes any more.");
}

async function renewAccess({ connection, verifyAccessToken }: FrameContext, frame: UpFrameOf<"access">): Promise<void> {
  const claims = await verifyAccessToken(frame.accessToken).catch(() => undefined);
  if (!claims || !connection.renew(claims))
    throw new Refusal("unauthenticated", "The access token is not a newer one of the same bearer.");
}

/** Slowed, not refused: the socket's next frame waits behind this one. */
async function inTurn(bucket: TokenBucket): Promise<void> {
  for (let wait = bucket.take(); wait > 0; wait = bucket.take()) await setTimeout(wait);
}

async function openDocument({ room, connection }: FrameContext, frame: UpFrameOf<"document.open">): Promise<void> {
  await inTurn(connection.budget.opening);
  const document = await room.documents.load(frame.documentId);
  if (!document) throw new Refusal("unknown-document", "There is no such document in this session.");
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
    for (const [connectionId, { participantId, selections }] of room.carets.in(documentId)) {
      if (connectionId === connection.id) continue;
      connection.send({ type: "presence", connectionId, participantId, documentId, selections: [...selections] });
    }
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
function receiveOperation({ room, connection }: FrameContext, frame: UpFrameOf<"operation">): void {
  const { documentId, clientId, seq } = frame;
  const answer = (code: OperationRefusal, retryAfterMs?: number): void =>
    connection.send({
      type: "operation.refused",
      documentId,
      clientId,
      seq,
      code,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  if (!can(connection.participant.role, "edit")) return answer("not-allowed");
  const document = connection.documents.has(documentId) ? room.documents.find(documentId) : undefined;
  if (!room.isLive) {
    const revision = document?.committedRevision({ clientId, seq, participantId: connection.participant.id });
    if (revision === undefined) return answer("session-ended");
    return connection.send({ type: "operation.ack", documentId, clientId, seq, revision });
  }
  if (!document) return answer("unknown-document");
  const { revision, operation } = frame;
  const work = weightOf(operation) + workOfComponent * document.componentsSince(revision);
  const wait = connection.operations.take() || connection.budget.writing.take(work);
  if (wait > 0) return answer("rate-limited", wait);
  const participantId = connection.participant.id;
  const incoming = { author: connection, participantId, clientId, seq, revision, operation };
  const received = room.documents.receive(document, incoming);
  if (received.kind === "refused") return answer(received.code);
  if (received.kind === "known")
    connection.send({ type: "operation.ack", documentId, clientId, seq, revision: received.revision });
}

/** [P1, P2] */
function receivePresence(context: FrameContext, frame: UpFrameOf<"presence">): void {
  requireLive(context, "edit");
  const { room, connection } = context;
  connection.presence.push(() => {
    const { documentId, revision, selections } = frame;
    const document = connection.documents.has(documentId) ? room.documents.find(documentId) : undefined;
    if (!document || revision > document.revision || revision < document.oldestRevision) return;
    // So far behind, they would be old news: newer ones follow.
    if (document.componentsSince(revision) * selections.length > carryAtMost) return;
    const before = room.carets.find(connection.id);
    const { id: participantId } = connection.participant;
    const carried = carry({ participantId, documentId, selections }, document.since(revision));
    const caret = clamp(carried, document.length);
    room.carets.set(connection.id, caret);
    const gone = { type: "presence", connectionId: connection.id, participantId } as const;
    if (before && before.documentId !== documentId)
      room.broadcast({ ...gone, documentId: before.documentId, selections: [] });
    const data = encode({ ...gone, documentId, selections: [...caret.selections] });
    for (const other of room.connections)
      if (other !== connection && other.documents.has(documentId)) other.sendLossy(data, "presence");
  });
}

async function changeLanguage(context: FrameContext, frame: UpFrameOf<"language">): Promise<void> {
  requireLive(context, "change-language");
  const { room, connection } = context;
  if (room.session.language === frame.language) return;
  await inTurn(connection.budget.opening);
  await room.setLanguage(frame.language, connection.participant.id);
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
  await room.setProblem(found, connection.participant.id);
}

async function startRun(context: FrameContext, frame: UpFrameOf<"run.start">): Promise<void> {
  requireLive(context, "run");
  const { room, connection } = context;
  // One that is not in memory may not exist: whoever asks for those is slowed as if they were opened.
  if (!room.documents.find(frame.documentId)) await inTurn(connection.budget.opening);
  const document = await room.documents.load(frame.documentId);
  if (!document || frame.revision > document.revision)
    throw new Refusal("unknown-document", "There is no such document, or not yet at this revision.");
  const code = await room.runs.start({
    runId: frame.runId,
    documentId: document.id,
    language: document.language,
    revision: document.revision,
    participantId: connection.participant.id,
    source: document.text,
    task: storableTask(frame.task),
    problem: room.problem,
  });
  if (code) throw new Refusal(code, "The run could not be started.");
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
}
