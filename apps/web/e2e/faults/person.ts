import { randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { type Account, insertedBy, isOwnCharacter, OwnCharacters } from "./characters.ts";
import { Disk } from "./disk.ts";
import type { Network } from "./network.ts";
import { Tab, type TabOptions } from "./tab.ts";

export interface PersonOptions extends Pick<TabOptions, "sessionId" | "documentId" | "token" | "onTrouble"> {
  readonly network: Network;
  readonly account: Account;
  /** From 0; says which characters are theirs. */
  readonly number: number;
  readonly random: () => number;
}

/** Somebody who types, at one machine with one disk. */
export class Person {
  readonly network: Network;
  readonly #options: PersonOptions;
  readonly disk: Disk;
  readonly #characters: OwnCharacters;
  #clockOffset = 0;
  #tab: Tab;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.network = options.network;
    this.#characters = new OwnCharacters(options.number);
    this.disk = new Disk(options.random);
    this.#tab = this.#openTab();
  }

  /** What they draw from. */
  get random(): () => number {
    return this.#options.random;
  }

  get isDone(): boolean {
    return this.#tab.isDone;
  }

  get text(): string {
    return this.#tab.client.text;
  }

  get isLoaded(): boolean {
    return this.#tab.client.isLoaded;
  }

  /** One change somewhere in the text, as they see it; nothing where they see none yet. */
  type(): void {
    const { client } = this.#tab;
    if (!client.isLoaded) return;
    const { random, account } = this.#options;
    const drawn = randomOperation(client.text, random).operation;
    const operation = drawn.map((part) => (typeof part === "string" ? this.#characters.mark(part) : part));
    for (const character of deletedBy(operation, client.text)) account.deleted.add(character);
    for (const character of insertedBy([operation])) account.typed.add(character);
    client.local(operation);
  }

  /** The tab is gone from one moment to the next, and a new one is opened. What was on the disk is not lost. */
  crash(): void {
    const { account } = this.#options;
    const tab = this.#tab;
    const pending = tab.client.pendingState;
    tab.crash();
    this.disk.crash();
    const kept = this.disk.list().find(({ tabId }) => tabId === tab.tabId)?.state;
    account.crashed({ pending, kept, text: tab.client.text });
    this.#tab = this.#openTab();
  }

  /** Their machine's clock is so much off from now on, in milliseconds. */
  setClock(offset: number): void {
    this.#clockOffset = offset;
  }

  close(): void {
    this.#tab.crash();
    this.network.close();
  }

  #openTab(): Tab {
    const { network, sessionId, documentId, token, onTrouble } = this.#options;
    const now = (): number => Date.now() + this.#clockOffset;
    return new Tab({ network, disk: this.disk, now, sessionId, documentId, token, onTrouble }, this.disk.list());
  }
}

function deletedBy(operation: TextOperation, text: string): string[] {
  const points = [...text];
  const deleted: string[] = [];
  let at = 0;
  for (const part of operation) {
    if (typeof part === "string") continue;
    const length = typeof part === "number" ? part : part.d;
    if (typeof part === "object") deleted.push(...points.slice(at, at + length).filter(isOwnCharacter));
    at += length;
  }
  return deleted;
}
