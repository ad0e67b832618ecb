import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { DownFrame, DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
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
import { Project } from "../files/project.ts";
import { Follow } from "../presence/follow.ts";
import { PresenceSender } from "../presence/presence-sender.ts";
import { Whereabouts } from "../presence/whereabouts.ts";
import { RunStore } from "../run/run-store.ts";
import { frameErrorText } from "./frame-error-text.ts";
import { HeldFrames } from "./held-frames.ts";
import { newId } from "./new-id.ts";
import type { RoomDocument } from "./room-document.ts";
import { RoomDocuments } from "./room-documents.ts";
import type { UnsentText } from "./room-journal.ts";
import { RoomSocket, type Connection } from "./room-socket.ts";
import { RunRequest } from "./run-request.ts";
import type { Saving } from "./saving.ts";
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

/** Frames that nobody asked for: a refusal of theirs is nothing to tell. */
const unasked: ReadonlySet<string> = new Set<UpFrame["type"]>(["presence", "ping", "view", "tab", "paste"]);

/** The live side of one session in this page, outside React: its stores are watched, its methods are what people do. */
export class Room {
  readonly #socket: RoomSocket;
  readonly #info = createStore<RoomInfo | undefined>(undefined);
  readonly #notice = createStore<string | undefined>(undefined);
  readonly #documents: RoomDocuments;
  readonly #names = new Map<string, string>();
  readonly #runs = new RunStore();
  readonly #runRequest: RunRequest;
  readonly #chat: ChatStore;
  readonly #presence: PresenceSender;
  readonly #project: Project;
  readonly #whereabouts: Whereabouts;
  readonly #follow: Follow;
  readonly #listeners: (() => void)[] = [];
  readonly #held = new HeldFrames((frame) => this.#receive(frame));
  #connectionId = "";

  constructor(options: { sessionId: string; access: AccessSource; bearer: "user" | "guest" }) {
    const send = (frame: UpFrame) => this.#socket.send(frame);
    const say = (text: string) => this.#notice.set(text);
    this.#presence = new PresenceSender(send);
    this.#whereabouts = new Whereabouts({ send, isLive: () => this.can("read") });
    this.#follow = new Follow({ choose: (documentId) => this.#project.choose(documentId), say });
    this.#runRequest = new RunRequest({
      send,
      areOthersSaved: () => this.#documents.areSaved(this.#project.documentIds),
      onState: (state) => this.#runs.requested(state),
      onGivenUp: say,
    });
    this.#chat = new ChatStore({
      newId,
      send,
      memoryOf: (participantId) => tabMemory(options.sessionId, participantId),
    });
    this.#documents = new RoomDocuments({
      ...options,
      send,
      isOpen: () => this.connection.get().kind === "open",
      onChange: (now, before) => this.#savingChanged(now, before),
    });
    this.#project = new Project({
      newId,
      send,
      say,
      show: (documentId, language) => this.#show(documentId, language),
      gone: (documentId) => this.#documents.gone(documentId),
    });
    this.#socket = new RoomSocket({
      ...options,
      onFrame: (frame) => this.#receive(frame),
      onLost: () => this.#lost(),
    });
  }

  get connection(): ReadableStore<Connection> {
    return this.#socket.connection;
  }
  get info(): ReadableStore<RoomInfo | undefined> {
    return this.#info;
  }
  /** The document that this page shows. */
  get document(): ReadableStore<RoomDocument | undefined> {
    return this.#documents.shown;
  }
  get saving(): ReadableStore<Saving> {
    return this.#documents.saving;
  }
  /** Something that was refused, in words; undefined when there is nothing to say. */
  get notice(): ReadableStore<string | undefined> {
    return this.#notice;
  }
  /** What was typed and cannot be saved any more. */
  get unsent(): ReadableStore<readonly UnsentText[]> {
    return this.#documents.unsent;
  }
  get runs(): RunStore {
    return this.#runs;
  }

  get chat(): ChatStore {
    return this.#chat;
  }
  get project(): Project {
    return this.#project;
  }
  get whereabouts(): Whereabouts {
    return this.#whereabouts;
  }
  get follow(): Follow {
    return this.#follow;
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
    this.#documents.open();
    this.#whereabouts.open();
    this.#listeners.push(this.#socket.connection.subscribe(() => this.#closedForGood()));
    this.#socket.open();
  }

  /** The person has seen it, and needs it no more. */
  discard(unsent: UnsentText): void {
    this.#documents.discard(unsent);
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
    const document = this.document.get();
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

  /** One's own choice; whoever makes it follows nobody any more. */
  lookAt(documentId: string): void {
    this.#follow.stop();
    this.#project.choose(documentId);
  }

  /** Own carets, in UTF-16 offsets of the shown document. Observers are not shown to others. */
  moveCarets(document: RoomDocument, ranges: readonly OffsetRange[]): void {
    if (this.can("edit")) this.#presence.moved(document.client, ranges);
  }

  /** The same, after other people's edits carried them. */
  caretsCarried(document: RoomDocument, ranges: readonly OffsetRange[]): void {
    this.#presence.carried(document.client, ranges);
  }

  /** Another part of the document is on the screen; `top`: where its first line begins, asked when it is told. */
  scrolled(document: RoomDocument, top: () => number | undefined): void {
    if (this.can("edit")) this.#presence.scrolled(document.client, top);
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
    const isDone = () => this.saving.get().unsaved === 0 || this.connection.get().kind !== "open";
    if (isDone()) return this.#shut();
    const timer = setTimeout(() => this.#shut(), longestFarewellMs);
    const look = () => {
      if (!isDone()) return;
      clearTimeout(timer);
      this.#shut();
    };
    this.#listeners.push(this.saving.subscribe(look), this.connection.subscribe(look));
  }

  #shut(): void {
    for (const unsubscribe of this.#listeners.splice(0)) unsubscribe();
    this.#socket.close();
    this.#documents.close();
    this.#whereabouts.close();
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
        return this.#documents.receive(frame);
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
      case "files":
        return this.#filesChanged(frame);
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
    this.#project.connected(session, self.viewing);
    this.#documents.welcomed(self.participantId, this.document.get()?.documentId ?? session.documentId);
    this.#presence.connected();
    this.#whereabouts.connected(self.viewing);
    this.#follow.participantsChanged(participants);
    this.#runRequest.connected();
    this.#chat.connected(self.participantId, frame.chat);
    if (session.phase === "ended") this.#chat.ended(endedRefusal);
  }

  #show(documentId: string, language: LanguageId): void {
    this.#documents.show(documentId, language);
    this.#documents.connect(documentId);
    this.#whereabouts.looksAt(documentId);
  }

  #languageChanged(frame: DownFrameOf<"language">): void {
    const info = this.#info.get();
    if (!info) return;
    const { language, documentId, documents } = frame;
    this.#update({ session: { ...info.session, language, documentId, documents } });
    this.#project.changed(frame, undefined);
    this.#follow.filesChanged();
  }

  /** Each problem has its own documents: their texts come with it. [B2] */
  #problemChanged(frame: DownFrameOf<"problem">): void {
    const info = this.#info.get();
    if (!info) return;
    const { problem, documentId, documents } = frame;
    this.#update({ problem, session: { ...info.session, documentId, documents } });
    this.#project.changed(frame, undefined);
    this.#follow.filesChanged();
  }

  #filesChanged(frame: DownFrameOf<"files">): void {
    const info = this.#info.get();
    if (!info) return;
    const { documentId, documents, participantId } = frame;
    this.#update({ session: { ...info.session, documentId, documents } });
    this.#project.changed(frame, participantId === info.self.participantId ? "you" : this.nameOf(participantId));
    this.#follow.filesChanged();
  }

  #savingChanged(now: Saving, before: Saving): void {
    // Whoever types stays where they are.
    if (now.unsaved > before.unsaved) this.#follow.stop();
    if (now.unsaved === 0) this.#presence.saved();
    this.#runRequest.documentChanged();
  }

  #closedForGood(): void {
    const connection = this.connection.get();
    if (connection.kind === "closed") this.#documents.closedForGood(connection.reason);
  }

  #caretsMoved(frame: DownFrameOf<"presence">): void {
    if (frame.connectionId === this.#connectionId || this.#info.get()?.session.phase === "ended") return;
    this.#documents.caretsMoved(frame);
  }

  #participantsChanged(participants: readonly RoomParticipant[]): void {
    for (const { participantId, name } of participants) this.#names.set(participantId, name);
    const here = new Set(participants.filter(({ connected }) => connected).map(({ participantId }) => participantId));
    this.#documents.keepCarets(here);
    this.#update({ participants });
    this.#follow.participantsChanged(participants);
  }

  #ended(): void {
    const info = this.#info.get();
    if (info) this.#update({ session: { ...info.session, phase: "ended" } });
    this.#runRequest.cancel();
    this.#chat.ended(endedRefusal);
    this.#follow.stop();
    this.#documents.ended();
  }

  #refused(frame: DownFrameOf<"error">): void {
    if (frame.messageId !== undefined) return this.#chat.refused(frame.messageId, chatRefusal(frame));
    if (this.#project.refused(frame)) return;
    if (frame.refused === "document.open") this.#documents.openRefused(frame.documentId);
    if (frame.runId !== undefined) this.#runRequest.answered(frame.runId);
    else if (frame.refused === "run.start") this.#runRequest.cancel();
    if (!unasked.has(frame.refused ?? "")) this.#notice.set(frameErrorText(frame));
  }

  #lost(): void {
    this.release();
    this.#documents.lost();
  }

  #update(change: Partial<RoomInfo>): void {
    const info = this.#info.get();
    if (info) this.#info.set({ ...info, ...change });
  }

  #sendOrSay(frame: Parameters<RoomSocket["send"]>[0], otherwise: string): void {
    this.#notice.set(this.#socket.send(frame) ? undefined : otherwise);
  }
}
