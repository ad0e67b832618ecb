import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";
import { can, type Action } from "@greenroom/shared/roles.ts";
import { createStore, type ReadableStore } from "./store.ts";

export interface RoomInfo {
  readonly session: DownFrameOf<"welcome">["session"];
  readonly self: RoomParticipant;
  readonly participants: readonly RoomParticipant[];
  readonly runs: RunAvailability;
  /** What the room works on, as this participant may see it. */
  readonly problem: ShownProblem | null;
}

/** What the server has told about the session and who is in it: unknown until the first welcome. */
export class RoomInfoStore {
  readonly #info = createStore<RoomInfo | undefined>(undefined);
  /** Of everybody who was ever seen here. */
  readonly #names = new Map<string, string>();
  #connectionId = "";

  get info(): ReadableStore<RoomInfo | undefined> {
    return this.#info;
  }

  get hasEnded(): boolean {
    return this.#info.get()?.session.phase === "ended";
  }

  /** Whether a frame is about this very page, and not another one of the same participant. */
  isThisPage({ connectionId }: { connectionId: string }): boolean {
    return connectionId === this.#connectionId;
  }

  can(action: Action): boolean {
    const info = this.#info.get();
    return info !== undefined && info.session.phase === "live" && can(info.self.role, action);
  }

  nameOf(participantId: string): string {
    return this.#names.get(participantId) ?? "Somebody";
  }

  welcomed({ connectionId, session, self, participants, runs, problem }: DownFrameOf<"welcome">): void {
    this.#connectionId = connectionId;
    this.#info.set({ session, self, participants, runs, problem });
    this.#see([self, ...participants]);
  }

  participantsChanged(participants: readonly RoomParticipant[]): void {
    this.#see(participants);
    this.#update(() => ({ participants }));
  }

  languageChanged({ language, documentId, documents }: DownFrameOf<"language">): void {
    this.#update(({ session }) => ({ session: { ...session, language, documentId, documents } }));
  }

  /** Each problem has its own documents: their texts come with it. [B2] */
  problemChanged({ problem, documentId, documents }: DownFrameOf<"problem">): void {
    this.#update(({ session }) => ({ problem, session: { ...session, documentId, documents } }));
  }

  filesChanged({ documentId, documents }: DownFrameOf<"files">): void {
    this.#update(({ session }) => ({ session: { ...session, documentId, documents } }));
  }

  availabilityChanged(runs: RunAvailability): void {
    this.#update(() => ({ runs }));
  }

  ended(): void {
    this.#update(({ session }) => ({ session: { ...session, phase: "ended" } }));
  }

  #see(participants: readonly RoomParticipant[]): void {
    for (const { participantId, name } of participants) this.#names.set(participantId, name);
  }

  #update(change: (info: RoomInfo) => Partial<RoomInfo>): void {
    const info = this.#info.get();
    if (info) this.#info.set({ ...info, ...change(info) });
  }
}
