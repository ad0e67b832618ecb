import { randomUUID } from "node:crypto";
import type { AccessClaims } from "@greenroom/shared/api/access.ts";
import type { EventOf, SessionEvent } from "@greenroom/shared/log/event.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { WholeFrameSocket } from "@greenroom/shared/node/whole-frame-socket.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";
import type { AuthoredOperation, Document } from "../document/document.ts";
import { RoomDocuments } from "../document/room-documents.ts";
import type { Head } from "../log/chain.ts";
import { readHead } from "../log/log-store.ts";
import type { LogWriter } from "../log/log-writer.ts";
import { FencedError, type RoomLog } from "../log/room-log.ts";
import type { StateSnapshots } from "../log/state-snapshots.ts";
import { listParticipants, type ParticipantRow } from "../participant/participant-repository.ts";
import { getProblemVersion } from "../problem/problem-repository.ts";
import { CaretSampler } from "../presence/caret-sampler.ts";
import { type Caret, Carets, carry } from "../presence/carets.ts";
import { roleOfUser } from "../session/require-interviewer.ts";
import { findSession, type SessionRow } from "../session/session-repository.ts";
import { Attendance } from "./attendance.ts";
import { Audience } from "./audience.ts";
import { Budgets } from "./budget.ts";
import { Connection } from "./connection.ts";
import { LiveState } from "./live-state.ts";
import { RoomChat } from "./room-chat.ts";
import { RoomDesk } from "./room-desk.ts";
import { RoomFiles } from "./room-files.ts";
import { RoomPresence } from "./room-presence.ts";
import { RoomRuns, type RoomRunsDeps } from "./room-runs.ts";
import { welcomeTo } from "./welcome.ts";

export interface RoomDeps extends RoomRunsDeps {
  readonly logWriter: LogWriter;
  readonly snapshots: StateSnapshots;
  /** Seats in a room. */
  readonly seats: number;
  /** How long a seat waits for somebody whose last socket closed. */
  readonly seatGraceMs: number;
  /** The room can go on no more; whoever holds it forgets it. */
  readonly onLost: (room: Room) => void;
}

/** Sockets of one participant at once: more tabs than anybody needs, and room for those whose end is not known yet. */
const socketsAtMost = 20;

/** Events after which snapshots of the log are made. */
const snapshotsEvery = 1_000;

/** What a room begins with. */
interface RoomParts {
  readonly session: SessionRow;
  readonly head: Head;
  readonly live: LiveState;
  readonly participants: readonly ParticipantRow[];
  readonly problem: ProblemVersion | null;
}

/**
 * The live side of one session: who is connected, and the documents, carets and runs they share. Whatever changes goes
 * through the session's log, and is told once it is committed. What a frame does is in handle-frame.ts; this class owns
 * the lifetimes.
 */
export class Room {
  readonly sessionId: string;
  readonly documents: RoomDocuments<Connection>;
  readonly carets = new Carets();
  readonly runs: RoomRuns;
  readonly deps: RoomDeps;
  readonly log: Logger;
  readonly events: RoomLog;
  readonly chat: RoomChat;
  readonly desk: RoomDesk;
  readonly files: RoomFiles;
  readonly presence: RoomPresence;
  readonly #sampler: CaretSampler;
  readonly #live: LiveState;
  readonly #audience = new Audience();
  readonly #attendance: Attendance;
  readonly #budgets = new Budgets();
  #session: SessionRow;
  /** Up to which event there are snapshots of the log, or somebody makes them. */
  #snapshotsUpTo: number;
  #closed = false;

  /** @param session the session's row as it was when the room was taken, with its new epoch */
  static async create(deps: RoomDeps, session: SessionRow): Promise<Room> {
    const { problem_id: problemId, problem_version: version } = session;
    const isShown = problemId !== null && version !== null;
    const [head, live, participants, problem] = await Promise.all([
      readHead(deps.db, session),
      LiveState.load(deps.db, session.id),
      listParticipants(deps.db, session.id),
      isShown ? getProblemVersion(deps.db, problemId, version) : null,
    ]);
    const room = new Room(deps, { session, head, live, participants, problem });
    await room.runs.load(live.current.runs.at(-1)?.run);
    room.log.info({ epoch: session.epoch }, "A room was opened");
    return room;
  }

  private constructor(deps: RoomDeps, parts: RoomParts) {
    const { session, live } = parts;
    this.deps = deps;
    this.sessionId = session.id;
    this.#session = session;
    this.#live = live;
    this.#snapshotsUpTo = parts.head.number;
    this.log = deps.logger.child({ sessionId: session.id });
    const fence = { sessionId: session.id, epoch: session.epoch };
    this.events = deps.logWriter.open(fence, parts.head, {
      onTaken: () => this.documents.taken(),
      onCommitted: (events) => this.#committed(events),
      onFailure: (error) => void this.#failed(error),
    });
    const { events: log } = this;
    const audience = this.#audience;
    this.desk = new RoomDesk({ log, live, audience, language: session.language, problem: parts.problem });
    this.chat = new RoomChat({ db: deps.db, log, live });
    this.files = new RoomFiles({ log, live, desk: this.desk });
    this.presence = new RoomPresence({ log, live, audience });
    this.#sampler = new CaretSampler({ log, look: () => this.#caretsToBe() });
    this.documents = new RoomDocuments({
      db: deps.db,
      log: this.events,
      logger: this.log,
      tell: (document, batch) => this.#tell(document, batch),
    });
    this.runs = new RoomRuns({ ...deps, logger: this.log }, this.events, this.#audience.tellBySight);
    this.#attendance = new Attendance({
      log: this.events,
      live,
      audience: this.#audience,
      participants: parts.participants,
      capacity: deps.seats,
      graceMs: deps.seatGraceMs,
      isLive: () => this.isLive,
      onChange: () => this.#announceParticipants(),
      logger: this.log,
    });
  }

  /** Everything that was appended together is durable: it is folded, and told. */
  #committed(events: readonly SessionEvent[]): void {
    let operations: EventOf<"operation">[] = [];
    const tellOperations = (): void => {
      if (operations.length > 0) this.documents.committed(operations);
      operations = [];
    };
    for (const event of events) {
      this.#live.take(event);
      if (event.kind === "operation") operations.push(event);
      else {
        tellOperations();
        this.#tellEvent(event);
      }
    }
    tellOperations();
    if (events.some(({ kind }) => kind === "view" || kind === "tab")) this.#announceParticipants();
    const number = events.at(-1)?.number ?? 0;
    if (number - this.#snapshotsUpTo < snapshotsEvery) return;
    this.#snapshotsUpTo = number;
    this.deps.snapshots.want(this.sessionId, number);
  }

  /** What everybody hears of at once. Who asked for something else is told when it is done, and tells the others then. */
  #tellEvent(event: SessionEvent): void {
    const { participantId, at } = event;
    if (participantId === null) return;
    if (event.kind === "chat") this.broadcast({ type: "chat", participantId, at, ...event.body });
    const isFile =
      event.kind === "document.renamed" || event.kind === "document.deleted" || event.kind === "document.added";
    if (isFile) this.desk.fileChanged(event.body.documentId, participantId);
  }

  /** Everybody's carets, as they are when all that waits is committed. */
  #caretsToBe(): Map<string, Caret> {
    const carets = this.carets.byParticipant();
    for (const [participantId, caret] of carets) {
      const waiting = this.documents.find(caret.documentId)?.waiting ?? [];
      carets.set(participantId, carry(caret, waiting));
    }
    return carets;
  }

  get session(): SessionRow {
    return this.#session;
  }

  get connections(): Connection[] {
    return this.#audience.connections;
  }

  get isLive(): boolean {
    return this.#session.ended_at === null;
  }

  /** Since when nobody has been connected, in milliseconds since the epoch; undefined while somebody is. */
  get idleSince(): number | undefined {
    return this.#audience.idleSince;
  }

  /** Lets a socket in, or says why not. */
  async join(socket: WholeFrameSocket, claims: AccessClaims): Promise<Connection | CloseReason> {
    const { sub: id, name } = claims;
    const known = this.#attendance.find(id);
    const role = claims.kind === "guest" ? claims.role : roleOfUser(this.#session, claims);
    if (!this.isLive && !known && claims.kind === "guest") return "session-ended";
    const participant = await this.#attendance.enter({ sessionId: this.sessionId, id, name, role });
    if (typeof participant === "string") return participant;
    const refused = this.#refuse(socket, id);
    if (refused) {
      this.#attendance.leave(id);
      return refused;
    }
    const { metrics } = this.deps;
    const told = { metrics, logger: this.log };
    const budget = this.#budgets.of(id);
    const connection = new Connection({ id: randomUUID(), socket, claims, participant, budget, ...told });
    this.#audience.add(connection);
    const people = { self: this.#attendance.describe(participant), participants: this.#attendance.here() };
    connection.send(welcomeTo(this, connection, people));
    if (this.isLive) this.presence.lookAgain(id);
    this.#announceParticipants();
    connection.log.info({ role }, "A participant connected");
    return connection;
  }

  #refuse(socket: WholeFrameSocket, participantId: string): CloseReason | undefined {
    if (this.#closed || socket.readyState !== socket.OPEN) return "service-restart";
    return this.#audience.of(participantId).length >= socketsAtMost ? "rate-limited" : undefined;
  }

  /** A socket is gone. */
  leave(connection: Connection): void {
    if (!this.#audience.delete(connection)) return;
    const caret = this.carets.remove(connection.id);
    if (caret) {
      const { participantId, documentId } = caret;
      this.broadcast({ type: "presence", connectionId: connection.id, participantId, documentId, selections: [] });
    }
    this.#attendance.leave(connection.participant.id);
    if (this.isLive) this.presence.lookAgain(connection.participant.id);
    this.#announceParticipants();
    connection.log.info("A participant disconnected");
  }

  /** Takes a participant out of the session, for good. [C4] */
  async remove(participantId: string, by: string): Promise<void> {
    await this.#attendance.remove(participantId, by);
    this.expel(participantId, "removed");
  }

  /** Closes the sockets of somebody who may not be here any more, and frees the seat at once. */
  expel(participantId: string, reason: CloseReason): void {
    if (reason === "removed") this.#attendance.markRemoved(participantId);
    for (const connection of this.#audience.of(participantId)) connection.close(reason);
    this.#attendance.freeSeat(participantId);
  }

  broadcast(frame: DownFrame, lossy = false): void {
    this.#audience.broadcast(frame, lossy);
  }

  announceAvailability(availability: RunAvailability): void {
    this.broadcast({ type: "run.availability", availability });
  }

  /** Compares the room with its row: another process may have ended the session or taken the room. */
  refresh(row: SessionRow): void {
    // Epochs only grow: a lower one was read before this room was taken.
    if (row.epoch < this.events.fence.epoch) return;
    if (row.epoch > this.events.fence.epoch) {
      this.deps.onLost(this);
      return;
    }
    if (!row.ended_at || !this.isLive) return;
    this.#session = row;
    this.broadcast({ type: "session.ended", endedAt: row.ended_at.getTime() });
    void this.runs.cutOff();
    this.log.info("The session ended");
  }

  /** Whether Postgres says so, too; otherwise whoever holds the room is told that it is lost. */
  async isStillOurs(): Promise<boolean> {
    const row = await findSession(this.deps.db, this.sessionId);
    if (row) this.refresh(row);
    return row?.epoch === this.events.fence.epoch;
  }

  /**
   * Ends everything; what is typed and not yet committed is resent by those who typed it.
   *
   * @param release done once nothing more is written, and before anybody is sent away: who comes back at once is let in
   */
  async close(reason: CloseReason, release: () => Promise<void>): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#attendance.close();
    this.#sampler.close();
    this.runs.close();
    await this.events.quiet();
    await release();
    this.#audience.close(reason);
    await this.documents.close();
    this.log.info({ reason }, "A room was closed");
  }

  /** A batch is durable. */
  #tell(document: Document<Connection>, batch: readonly AuthoredOperation<Connection>[]): void {
    this.carets.carryAll(
      document.id,
      batch.map(({ committed }) => committed),
    );
    this.#audience.tellOperations(document.id, batch);
    this.#sampler.wake();
  }

  /**
   * The room may write no more. When that is because the session ended, authors are told and the room stays, to be read;
   * otherwise what is in memory is not the truth any more: clients come back and find it in Postgres.
   */
  async #failed(error: unknown): Promise<void> {
    const lost = this.documents.discardUncommitted();
    if (!(error instanceof FencedError)) this.log.error({ err: error }, "What happened could not be committed");
    const row = await findSession(this.deps.db, this.sessionId).catch(() => undefined);
    if (!(error instanceof FencedError) || !row?.ended_at || row.epoch !== this.events.fence.epoch) {
      this.log.info("The room is given up");
      this.deps.onLost(this);
      return;
    }
    this.refresh(row);
    for (const [documentId, operations] of lost)
      for (const { author, committed } of operations) {
        const { clientId, seq } = committed;
        author.send({ type: "operation.refused", documentId, clientId, seq, code: "session-ended" });
      }
  }

  #announceParticipants(): void {
    if (!this.#closed) this.broadcast({ type: "participants", participants: this.#attendance.here() });
  }
}
