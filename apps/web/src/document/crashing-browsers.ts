import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { UpFrame, UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { DocumentClient, type DocumentFrame } from "./document-client.ts";
import type { JournalRecord } from "./journal-store.ts";
import { JournalWriter } from "./journal-writer.ts";
import { textOf, type PendingState } from "./pending-state.ts";
import { ReferenceServer } from "./reference-server.ts";
import { Replay } from "./replay.ts";

// Two people whose browsers crash at any moment, on a server that does too. For tests only.

const documentId = "00000000-0000-4000-8000-000000000000";
/** Small, so that pastes are sent in pieces. */
const limits = { insertedCharacters: 3, components: 6 };
const settled = async () => {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
};

/** A disk whose writes land some time later, in order; whoever dies leaves what was under way to chance. */
class Disk {
  readonly records = new Map<string, JournalRecord>();
  #underWay: { readonly key: string; readonly record: JournalRecord | undefined; readonly done: () => void }[] = [];

  write(key: string, record: JournalRecord | undefined): Promise<void> {
    return new Promise((done) => this.#underWay.push({ key, record, done }));
  }

  land(): boolean {
    const write = this.#landNext();
    write?.done();
    return write !== undefined;
  }

  #landNext() {
    const write = this.#underWay.shift();
    if (write?.record) this.records.set(write.key, write.record);
    else if (write) this.records.delete(write.key);
    return write;
  }

  /** Nobody is told any more. */
  crash(random: () => number): void {
    while (this.#underWay.length > 0 && random() < 0.5) this.#landNext();
    this.#underWay = [];
  }
}

/** One socket: what a page sent still reaches the server after the page is gone. */
interface Line {
  readonly up: UpFrame[];
  down: DocumentFrame[];
  isOpen: boolean;
}

/** Takes frames in at once and commits them later, as the session service does while Postgres is at work. */
class SlowServer {
  readonly reference: ReferenceServer;
  readonly lines = new Set<Line>();
  #pending: { frame: UpFrameOf<"operation">; author: Line }[] = [];
  readonly #refuses: () => boolean;

  /** @param refuses whether it has too much to do for the next operation to be carried over */
  constructor(keep: number, refuses: () => boolean) {
    this.reference = new ReferenceServer(documentId, "", keep);
    this.#refuses = refuses;
  }

  /** Its process: what was taken in and not committed is gone, and another one reads what is committed. */
  kill(): void {
    this.#pending = [];
  }

  arrive(line: Line, frame: UpFrame): void {
    if (frame.type === "document.open") line.down.push(this.reference.open(frame.since));
    if (frame.type !== "operation") return;
    const same = this.#pending.find(({ frame: { clientId, seq } }) => clientId === frame.clientId && seq === frame.seq);
    if (same) same.author = line;
    else this.#pending.push({ frame, author: line });
  }

  commit(): boolean {
    const next = this.#pending.shift();
    if (!next) return false;
    const { frame, author } = next;
    const { clientId, seq } = frame;
    const { history } = this.reference;
    const last = history.findLast((committed) => committed.clientId === clientId)?.seq ?? 0;
    const isNext = seq === last + 1;
    if (seq !== last && (!isNext || this.#refuses())) {
      const code = isNext ? "revision-too-old" : "out-of-order";
      author.down.push({ type: "operation.refused", documentId, clientId, seq, code });
      return true;
    }
    const { answer, others } = this.reference.submit(frame);
    author.down.push(answer);
    for (const line of this.lines) if (line !== author && line.isOpen && others) line.down.push(others);
    return true;
  }
}

/** A browser tab from its opening to its crash: replays what was left, then lets somebody type. */
class Page {
  readonly line: Line = { up: [], down: [], isOpen: false };
  readonly timers: (() => void)[] = [];
  readonly writer: JournalWriter;
  readonly client: DocumentClient;
  /** Typed here since the last instant at which everything was kept. */
  unkept = { typed: new Set<string>(), deleted: new Set<string>() };
  readonly #person: Person;
  readonly #tabId: string;
  #replay: Replay | undefined;

  constructor(person: Person, tabId: string) {
    this.#person = person;
    this.#tabId = tabId;
    const { after, send } = this;
    this.writer = new JournalWriter({
      read: () => this.client.pendingState,
      put: (state) => person.disk.write(tabId, this.#record(state)),
      remove: () => person.disk.write(tabId, undefined),
      after,
      onState: () => {},
    });
    this.client = new DocumentClient({
      documentId,
      newId: person.newId,
      send,
      after,
      limits,
      keeper: this.writer,
      onRemote: () => {},
      onState: () => {},
    });
    person.world.server.lines.add(this.line);
  }

  readonly send = (frame: UpFrame): void => void this.line.up.push(frame);
  // A write that takes too long is not what is tried here.
  readonly after = (delayMs: number, callback: () => void): void => {
    if (delayMs !== 5000) this.timers.push(callback);
  };

  #record(state: PendingState): JournalRecord {
    const key = { sessionId: "s", tabId: this.#tabId, documentId };
    return { ...key, participantId: "p", bearer: "guest", language: "python", at: 0, state };
  }

  connect(): void {
    this.line.isOpen = true;
    if (this.#replay) this.#replay.client.connected();
    else this.#next();
  }

  #next(): void {
    const { disk, newId, shown } = this.#person;
    const record = [...disk.records.values()].find(({ tabId }) => tabId !== this.#tabId && !shown.has(tabId));
    if (!record) {
      this.#replay = undefined;
      if (!this.client.isConnected) this.client.connected();
      return;
    }
    const { after, send } = this;
    this.#replay = new Replay({
      record,
      put: (changed) => disk.write(record.tabId, changed),
      remove: () => disk.write(record.tabId, undefined),
      newId,
      send,
      after,
      limits,
      onState: () => {},
      onEnd: (refused) => {
        shown.set(record.tabId, refused ? textOf(refused.record.state) : "");
        this.#next();
      },
    });
    this.#replay.client.connected();
  }

  cut(): void {
    this.line.isOpen = false;
    this.line.down = [];
    this.#replay?.client.disconnected();
    this.client.disconnected();
  }

  receive(): boolean {
    const frame = this.line.down.shift();
    if (frame) (this.#replay?.client ?? this.client).receive(frame);
    return frame !== undefined;
  }

  edit(random: () => number, token: () => string): void {
    if (!this.client.isLoaded) return;
    const points = [...this.client.text];
    const at = Math.floor(random() * (points.length + 1));
    const deleted = random() < 0.4 ? points.slice(at, at + 1) : [];
    const inserted = deleted.length > 0 ? "" : Array.from({ length: random() < 0.1 ? 8 : 1 }, token).join("");
    const what = deleted.length > 0 ? { d: 1 } : inserted;
    const operation: TextOperation = at > 0 ? [at, what] : [what];
    for (const point of deleted) this.unkept.deleted.add(point);
    for (const point of inserted) this.unkept.typed.add(point);
    this.client.local(operation);
  }

  noteWhatIsKept(): void {
    if (!this.writer.isKept && this.client.pendingState) return;
    const { typed, deleted } = this.#person;
    for (const point of this.unkept.typed) typed.add(point);
    for (const point of this.unkept.deleted) deleted.add(point);
    this.unkept = { typed: new Set(), deleted: new Set() };
  }
}

/** Somebody whose browser crashes again and again. */
class Person {
  readonly world: World;
  readonly name: string;
  readonly disk = new Disk();
  /** Kept, or with the server: may never be lost. */
  readonly typed = new Set<string>();
  readonly deleted = new Set<string>();
  /** Records that are done with: what was refused for good is shown, everything else is "". */
  readonly shown = new Map<string, string>();
  page: Page;
  #ids = 0;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.page = new Page(this, this.newId());
  }

  readonly newId = (): string => `${this.name}${++this.#ids}`;

  crash(random: () => number): void {
    this.page.noteWhatIsKept();
    for (const point of this.page.unkept.deleted) this.world.maybeDeleted.add(point);
    this.page.line.isOpen = false;
    this.page.line.down = [];
    this.disk.crash(random);
    // Done with when it was removed; a later page tries again what is still there and was not refused.
    for (const [tabId, text] of this.shown) if (text === "") this.shown.delete(tabId);
    this.page = new Page(this, this.newId());
  }
}

export interface Troubles {
  /** Revisions that the server remembers. */
  readonly keep?: number;
  /** How often it refuses an operation, of one. */
  readonly refusals?: number;
  /** How often its process is killed at a step, of one. */
  readonly kills?: number;
}

/** All of it, and what happens next is drawn from a seed. */
export class World {
  readonly server: SlowServer;
  readonly people: Person[];
  /** By a page that died before it was kept: it may have reached the server or not. */
  readonly maybeDeleted = new Set<string>();
  readonly #random: () => number;
  readonly #kills: number;
  #nextToken = 0x4e00;

  constructor(seed: number, { keep = Infinity, refusals = 0, kills = 0 }: Troubles) {
    this.#random = randomFrom(seed);
    this.#kills = kills;
    this.server = new SlowServer(keep, () => refusals > 0 && this.#random() < refusals);
    this.people = ["a", "b"].map((name) => new Person(this, name));
  }

  readonly #token = (): string => String.fromCodePoint(this.#nextToken++);

  async step(): Promise<void> {
    const random = this.#random;
    if (this.#kills > 0 && random() < this.#kills) this.#killServer();
    const person = this.people[Math.floor(random() * this.people.length)];
    if (!person) return;
    const { page } = person;
    const what = random();
    if (what < 0.2) page.edit(random, this.#token);
    else if (what < 0.45) this.#deliver();
    else if (what < 0.6) this.server.commit();
    else if (what < 0.8) page.receive();
    else if (what < 0.88) page.timers.shift()?.();
    else if (what < 0.95) person.disk.land();
    else if (what < 0.965) person.crash(random);
    else if (page.line.isOpen) this.#cut(page);
    else page.connect();
    await settled();
    page.noteWhatIsKept();
  }

  /** A frame of any socket, those of dead pages too. */
  #deliver(): boolean {
    const waiting = [...this.server.lines].filter((line) => line.up.length > 0);
    const line = waiting[Math.floor(this.#random() * waiting.length)];
    const frame = line?.up.shift();
    if (line && frame) this.server.arrive(line, frame);
    return frame !== undefined;
  }

  /** Whatever was on its way to anybody, acknowledgements too, never arrives. */
  #killServer(): void {
    this.server.kill();
    for (const line of this.server.lines) line.up.length = 0;
    for (const { page } of this.people) this.#cut(page);
  }

  #cut(page: Page): void {
    page.cut();
    page.line.up.length = 0;
  }

  async finish(): Promise<void> {
    for (const { page } of this.people) if (!page.line.isOpen) page.connect();
    for (let moved = true; moved;) {
      moved = false;
      while (this.#deliver()) moved = true;
      while (this.server.commit()) moved = true;
      for (const { page, disk } of this.people) {
        while (page.receive()) moved = true;
        while (disk.land()) moved = true;
        for (const timer of page.timers.splice(0)) {
          timer();
          moved = true;
        }
      }
      await settled();
    }
    for (const { page } of this.people) page.noteWhatIsKept();
  }
}

/** Some hundred steps, and then everything arrives. */
export async function runWorld(seed: number, troubles: Troubles = {}): Promise<World> {
  const world = new World(seed, troubles);
  for (const { page } of world.people) page.connect();
  for (let step = 0; step < 500; step++) await world.step();
  await world.finish();
  return world;
}
