import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { DownFrame, DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import type { RunOrder } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { Action } from "@greenroom/shared/roles.ts";
import type { AccessSource } from "../api/access.ts";
import { tabMemory } from "../chat/chat-memory.ts";
import { chatRefusal, endedRefusal } from "../chat/chat-refusal.ts";
import { ChatStore } from "../chat/chat-store.ts";
import { Project } from "../files/project.ts";
import { Follow } from "../presence/follow.ts";
import { PresenceSender } from "../presence/presence-sender.ts";
import { Whereabouts } from "../presence/whereabouts.ts";
import { RunStore } from "../run/run-store.ts";
import { onceSeenOff } from "./farewell.ts";
import { frameErrorText } from "./frame-error-text.ts";
import { HeldFrames } from "./held-frames.ts";
import { newId } from "./new-id.ts";
import type { RoomDocument } from "./room-document.ts";
import { RoomDocuments } from "./room-documents.ts";
import { type RoomInfo, RoomInfoStore } from "./room-info.ts";
import type { UnsentText } from "./room-journal.ts";
import { RoomSocket, type Connection } from "./room-socket.ts";
import { RunRequest } from "./run-request.ts";
import type { Saving } from "./saving.ts";
import { createStore, type ReadableStore } from "./store.ts";

/** Frames that nobody asked for: a refusal of theirs is nothing to tell. */
const unasked: ReadonlySet<string> = new Set<UpFrame["type"]>(["presence", "ping", "view", "tab", "paste"]);

/** The live side of one session in this page, outside React: its stores are watched, its methods are what people do. */
export class Room {
  readonly #socket: RoomSocket;
  readonly #known = new RoomInfoStore();
  readonly #notice = createStore<string | undefined>(undefined);
  readonly #documents: RoomDocuments;
  readonly #runs = new RunStore();
  readonly #runRequest: RunRequest;
  readonly #chat: ChatStore;
  readonly #presence: PresenceSender;
  readonly #project: Project;
  readonly #whereabouts: Whereabouts;
  readonly #follow: Follow;
  readonly #listeners: (() => void)[] = [];
  readonly #held = new HeldFrames((frame) => this.#receive(frame));

  constructor(options: { sessionId: string; access: AccessSource; bearer: "user" | "guest" }) {
    const send = (frame: UpFrame) => this.#socket.send(frame);
    const say = (text: string) => this.#notice.set(text);
    this.#presence = new PresenceSender({ send, isShown: () => this.can("edit") });
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
      onLost: () => {
        this.#held.release();
        this.#documents.lost();
      },
    });
  }

  get connection(): ReadableStore<Connection> {
    return this.#socket.connection;
  }
  get info(): ReadableStore<RoomInfo | undefined> {
    return this.#known.info;
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
  get presence(): PresenceSender {
    return this.#presence;
  }
  /** Frames wait in it while an input method composes a character. */
  get held(): HeldFrames {
    return this.#held;
  }

  can(action: Action): boolean {
    return this.#known.can(action);
  }

  /** Of anybody who was ever seen here. */
  nameOf(participantId: string): string {
    return this.#known.nameOf(participantId);
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

  close(): void {
    onceSeenOff(this, () => this.#shut());
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
        return this.#known.availabilityChanged(frame.availability);
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
    const { session, self, participants } = frame;
    this.#known.welcomed(frame);
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
    this.#known.languageChanged(frame);
    this.#projectChanged(frame);
  }

  #problemChanged(frame: DownFrameOf<"problem">): void {
    this.#known.problemChanged(frame);
    this.#projectChanged(frame);
  }

  #filesChanged(frame: DownFrameOf<"files">): void {
    const { participantId } = frame;
    this.#known.filesChanged(frame);
    const isOwn = participantId === this.info.get()?.self.participantId;
    this.#projectChanged(frame, isOwn ? "you" : this.nameOf(participantId));
  }

  /** @param by in words, where it is of interest who did it */
  #projectChanged(frame: DownFrameOf<"language" | "problem" | "files">, by?: string): void {
    this.#project.changed(frame, by);
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
    if (!this.#known.isThisPage(frame) && !this.#known.hasEnded) this.#documents.caretsMoved(frame);
  }

  #participantsChanged(participants: readonly RoomParticipant[]): void {
    const here = new Set(participants.filter(({ connected }) => connected).map(({ participantId }) => participantId));
    this.#documents.keepCarets(here);
    this.#known.participantsChanged(participants);
    this.#follow.participantsChanged(participants);
  }

  #ended(): void {
    this.#known.ended();
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

  #sendOrSay(frame: Parameters<RoomSocket["send"]>[0], otherwise: string): void {
    this.#notice.set(this.#socket.send(frame) ? undefined : otherwise);
  }
}
