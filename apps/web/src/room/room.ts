import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { DownFrame, DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import type { RunOrder } from "@greenroom/shared/jobs/run-stream.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunAvailability, RunTask } from "@greenroom/shared/protocol/run.ts";
import { can, type Action } from "@greenroom/shared/roles.ts";
import type { AccessSource } from "../api/access.ts";
import { tabMemory } from "../chat/chat-memory.ts";
import { chatRefusal, endedRefusal } from "../chat/chat-refusal.ts";
import { ChatStore } from "../chat/chat-store.ts";
import type { OffsetRange } from "../document/positions.ts";
import { PresenceSender } from "../presence/presence-sender.ts";
import { RunStore } from "../run/run-store.ts";
import { frameErrorText } from "./frame-error-text.ts";
import { HeldFrames } from "./held-frames.ts";
import { newId } from "./new-id.ts";
import { createRoomDocument, type RoomDocument } from "./room-document.ts";
import { RoomJournal, type UnsentText } from "./room-journal.ts";
import { RoomSocket, type Connection } from "./room-socket.ts";
import { RunRequest } from "./run-request.ts";
import { isSameSaving, nothingToSave, type Saving } from "./saving.ts";
import { createStore, type ReadableStore } from "./store.ts";

export interface RoomInfo {
  readonly session: DownFrameOf<"welcome">["session"];
  readonly self: RoomParticipant;
  readonly participants: readonly RoomParticipant[];
  readonly runs: RunAvailability;
  /** What the room works on, as this participant may see it. */
  readonly problem: ShownProblem | null;
}

/** A room that is left stays connected this long at most until its changes are acknowledged, in milliseconds. */
const longestFarewellMs = 3000;

/** The live side of one session in this page, outside React: its stores are watched, its methods are what people do. */
export class Room {
  readonly #socket: RoomSocket;
  readonly #info = createStore<RoomInfo | undefined>(undefined);
  readonly #document = createStore<RoomDocument | undefined>(undefined);
  readonly #saving = createStore(nothingToSave);
  readonly #notice = createStore<string | undefined>(undefined);
  readonly #documents = new Map<string, RoomDocument>();
  readonly #names = new Map<string, string>();
  readonly #runs = new RunStore();
  readonly #runRequest: RunRequest;
  readonly #chat: ChatStore;
  readonly #presence: PresenceSender;
  readonly #journal: RoomJournal;
  readonly #listeners: (() => void)[] = [];
  readonly #held = new HeldFrames((frame) => this.#receive(frame));
  #connectionId = "";

  constructor(options: { sessionId: string; access: AccessSource; bearer: "user" | "guest" }) {
    this.#presence = new PresenceSender((frame) => this.#socket.send(frame));
    this.#runRequest = new RunRequest({
      send: (frame) => this.#socket.send(frame),
      onState: (state) => this.#runs.requested(state),
      onGivenUp: (reason) => this.#notice.set(reason),
    });
    this.#chat = new ChatStore({
      newId,
      send: (frame) => this.#socket.send(frame),
      memoryOf: (participantId) => tabMemory(options.sessionId, participantId),
    });
    this.#socket = new RoomSocket({
      ...options,
      onFrame: (frame) => this.#receive(frame),
      onLost: () => this.#lost(),
    });
    this.#journal = new RoomJournal({
      ...options,
      send: (frame) => this.#socket.send(frame),
      onState: () => this.#documentChanged(),
      onBusy: (documentId) => this.#documents.get(documentId)?.client.disconnected(),
      onFree: () => this.#connectDocuments(),
    });
  }

  get connection(): ReadableStore<Connection> {
    return this.#socket.connection;
  }
  get info(): ReadableStore<RoomInfo | undefined> {
    return this.#info;
  }
  /** The document of the room's language. */
  get document(): ReadableStore<RoomDocument | undefined> {
    return this.#document;
  }
  get saving(): ReadableStore<Saving> {
    return this.#saving;
  }
  /** Something that was refused, in words; undefined when there is nothing to say. */
  get notice(): ReadableStore<string | undefined> {
    return this.#notice;
  }
  /** What was typed and cannot be saved any more. */
  get unsent(): ReadableStore<readonly UnsentText[]> {
    return this.#journal.unsent;
  }
  get runs(): RunStore {
    return this.#runs;
  }

  get chat(): ChatStore {
    return this.#chat;
  }

  can(action: Action): boolean {
    const info = this.#info.get();
    return info !== undefined && info.session.phase === "live" && can(info.self.role, action);
  }

  /** Of anybody who was ever seen here. */
  nameOf(participantId: string): string {
    return this.#names.get(participantId) ?? "Somebody";
  }

  open(): void {
    this.#journal.open();
    this.#listeners.push(this.#socket.connection.subscribe(() => this.#closedForGood()));
    this.#socket.open();
  }

  /** The person has seen it, and needs it no more. */
  discard(unsent: UnsentText): void {
    if (!unsent.isLeft) this.#documents.get(unsent.record.documentId)?.client.abandon();
    void this.#journal.discard(unsent);
  }

  changeLanguage(language: LanguageId): void {
    this.#sendOrSay({ type: "language", language }, "The language was not changed: there is no connection.");
  }

  endSession(): void {
    this.#sendOrSay({ type: "session.end" }, "The interview was not ended: there is no connection.");
  }

  removeParticipant(participantId: string): void {
    this.#sendOrSay({ type: "participant.remove", participantId }, "Nobody was removed: there is no connection.");
  }

  /** Takes the problem away with null. [B1] */
  showProblem(problemId: string | null): void {
    this.#sendOrSay({ type: "problem.show", problemId }, "The problem was not changed: there is no connection.");
  }

  startRun(task: RunTask): void {
    const document = this.#document.get();
    if (document && this.can("run")) this.#runRequest.start(document.client, task);
  }

  stopRun(): void {
    if (this.#runRequest.cancel()) return;
    this.orderRun({ type: "stop" }, "The run was not stopped: there is no connection.");
  }

  /** To the newest run, as long as it has not ended. [R4] [R6] */
  orderRun(order: RunOrder, otherwise: string): void {
    const { summary } = this.#runs.view.get();
    if (!summary || summary.state === "ended") return;
    const sent = this.#socket.send({ type: "run.order", runId: summary.runId, order });
    if (!sent) this.#notice.set(otherwise);
  }

  /** Own carets, in UTF-16 offsets of the shown document. Observers are not shown to others. */
  moveCarets(document: RoomDocument, ranges: readonly OffsetRange[]): void {
    if (this.can("edit")) this.#presence.moved(document.client, ranges);
  }

  /** The same, after other people's edits carried them. */
  caretsCarried(document: RoomDocument, ranges: readonly OffsetRange[]): void {
    this.#presence.carried(document.client, ranges);
  }

  /** While an input method composes a character; `finish` ends the composing when others have waited for long. */
  hold(finish: () => void): void {
    this.#held.hold(finish);
  }

  release(): void {
    this.#held.release();
  }

  /** Tells the person about something that was not done as they might expect. */
  say(text: string): void {
    this.#notice.set(text);
  }

  dismissNotice(): void {
    this.#notice.set(undefined);
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  /** What is on its way is seen off first: whoever leaves may not come back to send it. */
  close(): void {
    const isDone = () => this.#saving.get().unsaved === 0 || this.connection.get().kind !== "open";
    if (isDone()) return this.#shut();
    const timer = setTimeout(() => this.#shut(), longestFarewellMs);
    const look = () => {
      if (!isDone()) return;
      clearTimeout(timer);
      this.#shut();
    };
    this.#listeners.push(this.#saving.subscribe(look), this.connection.subscribe(look));
  }

  #shut(): void {
    for (const unsubscribe of this.#listeners.splice(0)) unsubscribe();
    this.#socket.close();
    void this.#journal.close();
    this.#presence.close();
    this.#runRequest.close();
    this.#runs.close();
    this.#held.close();
  }

  #receive(frame: DownFrame): void {
    if (this.#held.keeps(frame)) return;
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "document.snapshot":
      case "document.operations":
      case "operation.ack":
      case "operation.refused":
        if (!this.#journal.receive(frame)) this.#documents.get(frame.documentId)?.client.receive(frame);
        return;
      case "presence":
        return this.#caretsMoved(frame);
      case "language":
        return this.#languageChanged(frame);
      case "participants":
        return this.#participantsChanged(frame.participants);
      case "run":
        this.#runRequest.answered(frame.run.runId);
        return this.#runs.changed(frame.run);
      case "run.output":
        return this.#runs.append(frame.runId, frame.chunks);
      case "run.cases":
        return this.#runs.addCases(frame.runId, frame.cases);
      case "problem":
        return this.#problemChanged(frame);
      case "run.availability":
        return this.#update({ runs: frame.availability });
      case "chat":
        return this.#chat.said(frame);
      case "session.ended":
        return this.#ended();
      case "error":
        return this.#refused(frame);
      case "pong":
        return;
    }
  }

  #welcome(frame: DownFrameOf<"welcome">): void {
    this.#connectionId = frame.connectionId;
    const { session, self, participants, runs, problem } = frame;
    this.#info.set({ session, self, participants, runs, problem });
    for (const { participantId, name } of [self, ...participants]) this.#names.set(participantId, name);
    this.#runs.reset(frame.run);
    if (frame.run) this.#runRequest.answered(frame.run.summary.runId);
    this.#show(session.documentId, session.language);
    for (const document of this.#documents.values()) document.carets.clear();
    void this.#journal.welcomed(self.participantId, session.documentId);
    this.#tellRefused();
    this.#presence.connected();
    this.#runRequest.connected();
    this.#chat.connected(self.participantId, frame.chat);
    if (session.phase === "ended") this.#chat.ended(endedRefusal);
  }

  #show(documentId: string, language: LanguageId): boolean {
    const known = this.#documents.get(documentId);
    const document =
      known ??
      createRoomDocument({
        documentId,
        language,
        send: (frame) => this.#socket.send(frame),
        keep: (...of) => this.#journal.keep(...of),
        onState: () => this.#documentChanged(),
      });
    this.#documents.set(documentId, document);
    this.#document.set(document);
    this.#documentChanged();
    return known === undefined;
  }

  #languageChanged(frame: DownFrameOf<"language">): void {
    const info = this.#info.get();
    if (!info) return;
    const { language, documentId } = frame;
    this.#update({ session: { ...info.session, language, documentId } });
    this.#show(documentId, language);
    this.#connect(documentId);
  }

  /** Each problem has its own documents: its text comes with it. [B2] */
  #problemChanged(frame: DownFrameOf<"problem">): void {
    const info = this.#info.get();
    if (!info) return;
    const { problem, documentId } = frame;
    this.#update({ problem, session: { ...info.session, documentId } });
    this.#show(documentId, info.session.language);
    this.#connect(documentId);
  }

  /** Not before what an earlier page left of it is sent: then it is connected with all others. */
  #connect(documentId: string): void {
    if (!this.#journal.isBusy(documentId)) this.#documents.get(documentId)?.client.connected();
  }

  #connectDocuments(): void {
    if (this.connection.get().kind !== "open") return;
    const shown = this.#document.get();
    for (const document of this.#documents.values()) {
      const isWanted = document === shown || document.client.unsavedChanges > 0;
      if (isWanted && !document.client.isConnected) this.#connect(document.documentId);
    }
  }

  #documentChanged(): void {
    const clients = [...this.#documents.values()].map((document) => document.client);
    const unsaved = clients.reduce((sum, client) => sum + client.unsavedChanges, this.#journal.unsaved);
    const landed = clients.reduce((sum, client) => sum + client.landedOperations, 0);
    const problem = clients.find((client) => client.problem)?.problem;
    const isLoaded = this.#document.get()?.client.isLoaded ?? false;
    const before = this.#saving.get();
    const now: Saving = { unsaved, landed, keeping: this.#journal.keeping, problem, isLoaded };
    if (!isSameSaving(before, now)) this.#saving.set(now);
    if (problem !== before.problem) this.#tellRefused();
    if (unsaved === 0) this.#presence.saved();
    this.#runRequest.documentChanged();
  }

  /** What the server takes no more is shown, so that it can be copied. [J7] */
  #tellRefused(): void {
    const refused = [...this.#documents.values()].flatMap((document) => {
      const { problem: reason } = document.client;
      return reason && reason !== "document-too-large" ? [{ document, reason }] : [];
    });
    this.#journal.refusedHere(refused);
  }

  #closedForGood(): void {
    const connection = this.connection.get();
    if (connection.kind === "closed") void this.#journal.refused(connection.reason, [...this.#documents.values()]);
  }

  #caretsMoved(frame: DownFrameOf<"presence">): void {
    if (frame.connectionId === this.#connectionId || this.#info.get()?.session.phase === "ended") return;
    for (const document of this.#documents.values()) {
      if (document.documentId === frame.documentId) document.carets.receive(frame, document.client);
      else document.carets.receive({ ...frame, selections: [] }, document.client);
    }
  }

  #participantsChanged(participants: readonly RoomParticipant[]): void {
    for (const { participantId, name } of participants) this.#names.set(participantId, name);
    const here = new Set(participants.filter(({ connected }) => connected).map(({ participantId }) => participantId));
    for (const document of this.#documents.values()) document.carets.keep(here);
    this.#update({ participants });
  }

  #ended(): void {
    const info = this.#info.get();
    if (info) this.#update({ session: { ...info.session, phase: "ended" } });
    for (const document of this.#documents.values()) document.carets.clear();
    this.#runRequest.cancel();
    this.#chat.ended(endedRefusal);
    this.#documentChanged();
  }

  #refused(frame: DownFrameOf<"error">): void {
    if (frame.messageId !== undefined) return this.#chat.refused(frame.messageId, chatRefusal(frame));
    if (frame.refused === "document.open") this.#journal.openRefused();
    if (frame.runId !== undefined) this.#runRequest.answered(frame.runId);
    else if (frame.refused === "run.start") this.#runRequest.cancel();
    if (frame.refused !== "presence" && frame.refused !== "ping") this.#notice.set(frameErrorText(frame));
  }

  #lost(): void {
    this.release();
    this.#journal.lost();
    for (const document of this.#documents.values()) document.client.disconnected();
  }

  #update(change: Partial<RoomInfo>): void {
    const info = this.#info.get();
    if (info) this.#info.set({ ...info, ...change });
  }

  #sendOrSay(frame: Parameters<RoomSocket["send"]>[0], otherwise: string): void {
    this.#notice.set(this.#socket.send(frame) ? undefined : otherwise);
  }
}
