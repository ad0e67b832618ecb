import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import { createStore, type ReadableStore } from "../room/store.ts";

export interface FollowOptions {
  /** Shows a file where somebody is; does nothing when it is not one of the project. */
  readonly choose: (documentId: string) => void;
  readonly say: (text: string) => void;
}

/** Whom this page follows: its editor shows the file and the place where they are. */
export class Follow {
  readonly #options: FollowOptions;
  readonly #target = createStore<RoomParticipant | undefined>(undefined);

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  get target(): ReadableStore<RoomParticipant | undefined> {
    return this.#target;
  }

  start(person: RoomParticipant): void {
    this.#target.set(person);
    this.#go(person);
  }

  stop(): void {
    this.#target.set(undefined);
  }

  /** Somebody came, went, or looks at something else. */
  participantsChanged(participants: readonly RoomParticipant[]): void {
    const before = this.#target.get();
    if (!before) return;
    const now = participants.find(({ participantId }) => participantId === before.participantId);
    if (!now?.connected) {
      this.stop();
      this.#options.say(`You follow nobody any more: ${before.name} is not connected.`);
      return;
    }
    this.#target.set(now);
    if (now.viewing !== before.viewing) this.#go(now);
  }

  /** The files are others: where they are may be among them now. */
  filesChanged(): void {
    const target = this.#target.get();
    if (target) this.#go(target);
  }

  #go({ viewing }: RoomParticipant): void {
    if (viewing !== null) this.#options.choose(viewing);
  }
}
