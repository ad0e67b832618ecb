import { randomUUID } from "node:crypto";
import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import { encode } from "@greenroom/shared/protocol/codec.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";
import { takesSeat } from "@greenroom/shared/roles.ts";
import type { WebSocket } from "ws";
import type { AuthoredOperation, Document } from "../document/document.ts";
import { type DocumentRow, type Fence, listDocuments } from "../document/document-store.ts";
import { FencedError, RoomDocuments } from "../document/room-documents.ts";
import {
  listParticipants,
  type ParticipantRow,
  releaseSeat,
  saveParticipant,
  unsaved,
} from "../participant/participant-repository.ts";
import { getProblemVersion } from "../problem/problem-repository.ts";
import { showProblem, type Sight, sightOf } from "../problem/what-a-role-sees.ts";
import { Carets } from "../presence/carets.ts";
import { roleOfUser } from "../session/require-interviewer.ts";
import { findSession, type SessionRow } from "../session/session-repository.ts";
import { Budgets } from "./budget.ts";
import { Connection } from "./connection.ts";
import { RoomRuns, type RoomRunsDeps, type TellOfRun } from "./room-runs.ts";
import { Seats } from "./seats.ts";

export interface RoomDeps extends RoomRunsDeps {
  /** Seats in a room. */
  readonly seats: number;
  /** How long a seat waits for somebody whose last socket closed. */
  readonly seatGraceMs: number;
  /** The room can go on no more; whoever holds it forgets it. */
  readonly onLost: (room: Room) => void;
}

/** Sockets of one participant at once: more tabs than anybody needs, and room for those whose end is not known yet. */
const socketsAtMost = 20;

/** A batch for a document, told to everybody in the room who has it open. */
type Author = Connection;

/**
 * The live side of one session: who is connected, and the documents, carets and runs they share. What a frame does is in
 * handle-frame.ts; this class owns the lifetimes.
 */
export class Room {
  readonly sessionId: string;
  readonly fence: Fence;
  readonly documents: RoomDocuments<Author>;
  readonly carets = new Carets();
  readonly runs: RoomRuns;
  readonly deps: RoomDeps;
  readonly log: Logger;
  readonly #seats: Seats;
  readonly #budgets = new Budgets();
  readonly #participants = new Map<string, ParticipantRow>();
  readonly #connections = new Map<string, Connection>();
  #session: SessionRow;
  #documentId: string;
  #problem: ProblemVersion | null;
  #closed = false;
  #idleSince = Date.now();

  /** @param session the session's row as it was when the room was taken, with its new epoch */
  static async create(deps: RoomDeps, session: SessionRow): Promise<Room> {
    const [documents, participants] = await Promise.all([
      listDocuments(deps.db, session.id),
      listParticipants(deps.db, session.id),
    ]);
    const { language, problem_id: problemId, problem_version: version } = session;
    const current = documents.find((one) => one.language === language && one.problem_id === problemId);
    if (!current) throw new Error(`Session ${session.id} has no document for its language.`);
    const shown = problemId === null || version === null ? null : await getProblemVersion(deps.db, problemId, version);
    const room = new Room(deps, session, { document: current, problem: shown });
    for (const participant of participants) room.#restore(participant);
    await room.runs.load();
    room.log.info({ epoch: session.epoch }, "A room was opened");
    return room;
  }

  private constructor(
    deps: RoomDeps,
    session: SessionRow,
    current: { document: DocumentRow; problem: ProblemVersion | null },
  ) {
    this.deps = deps;
    this.sessionId = session.id;
    this.#session = session;
    this.#documentId = current.document.id;
    this.#problem = current.problem;
    this.fence = { sessionId: session.id, epoch: session.epoch };
    this.log = deps.logger.child({ sessionId: session.id });
    this.#seats = new Seats({
      capacity: deps.seats,
      graceMs: deps.seatGraceMs,
      onRelease: (participantId) => this.#seatReleased(participantId),
    });
    this.documents = new RoomDocuments({
      db: deps.db,
      fence: this.fence,
      metrics: deps.metrics,
      logger: this.log,
      tell: (document, batch) => this.#tell(document, batch),
      onFailure: (document, error) => void this.#failed(document, error),
    });
    this.runs = new RoomRuns({ ...deps, logger: this.log }, this.fence, (frame) => this.#tellBySight(frame));
  }

  get session(): SessionRow {
    return this.#session;
  }

  get documentId(): string {
    return this.#documentId;
  }

  /** What the room works on. */
  get problem(): ProblemVersion | null {
    return this.#problem;
  }

  get connections(): Connection[] {
    return [...this.#connections.values()];
  }

  get isLive(): boolean {
    return this.#session.ended_at === null;
  }

  /** Since when nobody has been connected, in milliseconds since the epoch; undefined while somebody is. */
  get idleSince(): number | undefined {
    return this.#connections.size === 0 ? this.#idleSince : undefined;
  }

  /** Who had a seat when the last process died still has it, for as long as anybody whose last socket just closed. */
  #restore(participant: ParticipantRow): void {
    this.#participants.set(participant.id, participant);
    if (!participant.seated || participant.removed_at || !this.isLive) return;
    this.#seats.claim(participant.id, participant.role);
    this.#seats.leave(participant.id);
  }

  /**
   * Lets a socket in, or says why not. The seat is claimed before anything is waited for, so that however many come in
   * one instant, the count is kept. [S1]
   */
  async join(socket: WebSocket, claims: AccessClaims): Promise<Connection | CloseReason> {
    const known = this.#participants.get(claims.sub);
    const role = claims.kind === "guest" ? claims.role : roleOfUser(this.#session, claims);
    if (known?.removed_at) return "removed";
    if (!this.isLive && !known && claims.kind === "guest") return "session-ended";
    if (this.isLive && !this.#seats.claim(claims.sub, role)) return "room-full";
    const joining = {
      sessionId: this.sessionId,
      participantId: claims.sub,
      name: claims.name,
      role,
      color: known?.color ?? this.#participants.size,
      seated: this.isLive && takesSeat(role),
    };
    const provisional = known ?? unsaved(joining);
    this.#participants.set(claims.sub, provisional);
    const refused = await this.#save(socket, joining, provisional);
    if (refused) {
      this.#freeUnlessConnected(claims.sub);
      return refused;
    }
    if (this.#socketsOf(claims.sub) >= socketsAtMost) return "rate-limited";
    const participant = this.#participants.get(claims.sub) ?? provisional;
    const budget = this.#budgets.of(claims.sub);
    const { metrics } = this.deps;
    const told = { metrics, logger: this.log };
    const connection = new Connection({ id: randomUUID(), socket, claims, participant, budget, ...told });
    this.#connections.set(connection.id, connection);
    this.#welcome(connection);
    this.#announceParticipants();
    connection.log.info({ role }, "A participant connected");
    return connection;
  }

  /** Writes down who comes in. @returns why they may not come in after all: things happen while Postgres writes */
  async #save(
    socket: WebSocket,
    joining: Parameters<typeof saveParticipant>[1],
    provisional: ParticipantRow,
  ): Promise<CloseReason | undefined> {
    try {
      const saved = this.isLive ? await saveParticipant(this.deps.db, joining) : provisional;
      if (saved.removed_at || this.#participants.get(saved.id)?.removed_at) return "removed";
      this.#participants.set(saved.id, saved);
    } catch (error) {
      this.log.error({ err: error }, "A participant could not be written down");
      return "internal-error";
    }
    return this.#closed || socket.readyState !== socket.OPEN ? "service-restart" : undefined;
  }

  #welcome(connection: Connection): void {
    const sight = sightOf(connection.participant.role);
    connection.send({
      type: "welcome",
      connectionId: connection.id,
      self: this.#describe(connection.participant),
      session: {
        sessionId: this.sessionId,
        title: this.#session.title,
        phase: this.isLive ? "live" : "ended",
        language: this.#session.language,
        documentId: this.#documentId,
      },
      participants: this.#present(),
      problem: this.#problem && showProblem(this.#problem, sight),
      run: this.runs.newest(sight),
      runs: this.deps.availability.current,
    });
  }

  /** A socket is gone. */
  leave(connection: Connection): void {
    if (!this.#connections.delete(connection.id)) return;
    this.#idleSince = Date.now();
    const caret = this.carets.remove(connection.id);
    if (caret) {
      const { participantId, documentId } = caret;
      this.broadcast({ type: "presence", connectionId: connection.id, participantId, documentId, selections: [] });
    }
    this.#freeUnlessConnected(connection.participant.id);
    this.#announceParticipants();
    connection.log.info("A participant disconnected");
  }

  #freeUnlessConnected(participantId: string): void {
    if (!this.#isConnected(participantId)) this.#seats.leave(participantId);
  }

  #isConnected(participantId: string): boolean {
    return this.#socketsOf(participantId) > 0;
  }

  #socketsOf(participantId: string): number {
    return this.connections.filter((connection) => connection.participant.id === participantId).length;
  }

  #seatReleased(participantId: string): void {
    void releaseSeat(this.deps.db, this.sessionId, participantId).catch((error: unknown) => {
      this.log.warn({ err: error }, "A free seat could not be written down");
    });
    this.#announceParticipants();
  }

  /** Closes the sockets of somebody who may not be here any more, and frees the seat at once. */
  expel(participantId: string, reason: CloseReason): void {
    const participant = this.#participants.get(participantId);
    if (participant && reason === "removed")
      this.#participants.set(participantId, { ...participant, removed_at: new Date() });
    for (const connection of this.connections)
      if (connection.participant.id === participantId) connection.close(reason);
    this.#seats.free(participantId);
  }

  broadcast(frame: DownFrame, lossy = false): void {
    const data = encode(frame);
    for (const connection of this.#connections.values())
      if (lossy) connection.sendLossy(data, frame.type);
      else connection.sendEncoded(data, frame.type);
  }

  /** Tells everybody, each what they may see of hidden test cases. [B3] */
  readonly #tellBySight: TellOfRun = (frame) => {
    const told = new Map<Sight, readonly [data: string, type: DownFrame["type"]]>();
    const make = (shown: DownFrame) => [encode(shown), shown.type] as const;
    for (const connection of this.#connections.values()) {
      const sight = sightOf(connection.participant.role);
      const made = told.get(sight) ?? make(frame(sight));
      told.set(sight, made);
      connection.sendEncoded(...made);
    }
  };

  announceAvailability(availability: RunAvailability): void {
    this.broadcast({ type: "run.availability", availability });
  }

  /** The room's language and document are these from now on. */
  setLanguage(row: DocumentRow, participantId: string): void {
    this.#session = { ...this.#session, language: row.language };
    this.#documentId = row.id;
    this.broadcast({ type: "language", language: row.language, documentId: row.id, participantId });
  }

  /** The room works on this problem and document from now on. [B2] */
  setProblem(problem: ProblemVersion | null, row: DocumentRow): void {
    const { problem_id: problemId } = row;
    this.#session = { ...this.#session, problem_id: problemId, problem_version: problem?.version ?? null };
    this.#problem = problem;
    this.#documentId = row.id;
    const shown = (sight: Sight) => problem && showProblem(problem, sight);
    this.#tellBySight((sight) => ({ type: "problem", problem: shown(sight), documentId: row.id }));
  }

  /** Compares the room with its row: another process may have ended the session or taken the room. */
  refresh(row: SessionRow): void {
    // Epochs only grow: a lower one was read before this room was taken.
    if (row.epoch < this.fence.epoch) return;
    if (row.epoch > this.fence.epoch) {
      this.deps.onLost(this);
      return;
    }
    if (!row.ended_at || !this.isLive) return;
    this.#session = row;
    this.broadcast({ type: "session.ended", endedAt: row.ended_at.getTime() });
    const { activeRunId } = this.runs;
    if (activeRunId !== undefined) this.runs.order(activeRunId, { type: "stop" });
    this.log.info("The session ended");
  }

  /** Ends everything; what is typed and not yet committed is resent by those who typed it. */
  async close(reason: CloseReason): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#seats.close();
    this.runs.close();
    await this.documents.close();
    for (const connection of this.#connections.values()) connection.close(reason);
    this.#connections.clear();
    this.log.info({ reason }, "A room was closed");
  }

  /** A batch is durable: its authors get their acknowledgement, everybody else the operations, each in order. [D5] */
  #tell(document: Document<Author>, batch: readonly AuthoredOperation<Author>[]): void {
    const operations = batch.map(({ committed }) => committed);
    this.carets.carryAll(document.id, operations);
    const encoded = batch.map(({ committed }) =>
      encode({ type: "document.operations", documentId: document.id, operations: [committed] }),
    );
    for (const connection of this.#connections.values()) {
      if (!connection.documents.has(document.id)) continue;
      for (const [index, { author, committed }] of batch.entries()) {
        if (author !== connection) connection.sendEncoded(encoded[index] ?? "", "document.operations");
        else {
          const { clientId, seq, revision } = committed;
          connection.send({ type: "operation.ack", documentId: document.id, clientId, seq, revision });
        }
      }
    }
  }

  /**
   * A batch could not be committed. When that is because the session ended, its authors are told and the room stays, to
   * be read; otherwise what is in memory is not the truth any more: clients come back and find it in Postgres.
   */
  async #failed(document: Document<Author>, error: unknown): Promise<void> {
    if (!(error instanceof FencedError)) this.log.error({ err: error }, "Operations could not be committed");
    const row = await findSession(this.deps.db, this.sessionId).catch(() => undefined);
    if (!(error instanceof FencedError) || !row?.ended_at || row.epoch !== this.fence.epoch) {
      this.log.info("The room is given up");
      this.deps.onLost(this);
      return;
    }
    this.refresh(row);
    for (const { author, committed } of document.discardUncommitted()) {
      const { clientId, seq } = committed;
      author.send({ type: "operation.refused", documentId: document.id, clientId, seq, code: "session-ended" });
    }
  }

  #announceParticipants(): void {
    if (!this.#closed) this.broadcast({ type: "participants", participants: this.#present() });
  }

  #present(): RoomParticipant[] {
    return [...this.#participants.values()]
      .filter(({ id }) => this.#seats.has(id) || this.#isConnected(id))
      .map((participant) => this.#describe(participant));
  }

  #describe(participant: ParticipantRow): RoomParticipant {
    const { id, name, role, color } = participant;
    return { participantId: id, name, role, color, connected: this.#isConnected(id) };
  }
}
