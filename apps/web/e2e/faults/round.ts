import { getHistory, listEvents } from "@greenroom/shared/api/history-routes.ts";
import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { fold } from "@greenroom/shared/log/reduce.ts";
import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { call } from "../support/api.ts";
import { openSocket } from "../support/socket.ts";
import { Account } from "./characters.ts";
import { draw, houseFaults, personFaults, type Scene } from "./faults.ts";
import { type Ground, sleep } from "./ground.ts";
import { Liar } from "./liar.ts";
import { Network } from "./network.ts";
import { Person } from "./person.ts";

export interface RoundReport {
  readonly seed: number;
  /** What went wrong, as it was drawn. */
  readonly faults: readonly string[];
  readonly people: number;
  /** Events in the session's log in the end. */
  readonly events: number;
  /** Characters that were counted. */
  readonly typed: number;
  /** From the last fault's end until all had the same text, in milliseconds. */
  readonly healedMs: number;
  /** What must not be, in words; empty of a round that was survived. */
  readonly wrong: readonly string[];
}

/** After the last fault all must have the same text within this time. */
const healsWithinMs = 30_000;
/** Everybody types as long as something is wrong, and at least so many changes. */
const changesAtLeast = 25;
const pauseMs = 50;

interface Room {
  readonly people: readonly Person[];
  readonly sessionId: string;
  readonly documentId: string;
  readonly isSecond: boolean;
  readonly account: Account;
  readonly wrong: string[];
  /** Tokens in the order of people. */
  readonly tokens: readonly string[];
}

/**
 * One seeded round: three to eight people type into one document of a new session while things go wrong. In the end all of
 * them, the database and the log must agree, and every character that was typed and kept must be there once.
 */
export async function playRound(ground: Ground, seed: number): Promise<RoundReport> {
  // What is drawn from it is drawn in one order, whatever the clock does; what runs beside others has a source of its own.
  const random = randomFrom(seed);
  const room = await openRoom(ground, random);
  const { people, wrong, account } = room;
  const faults: string[] = [];
  const liar = random() < 0.25 ? startLiar(ground, room, sourceFrom(random)) : undefined;
  if (liar) faults.push("a liar");
  try {
    let isOver = false;
    const hurting = hurt({ ground, people, isSecond: room.isSecond, random }, faults).finally(() => (isOver = true));
    await Promise.all([
      hurting,
      ...people.map((person) => typeAway(person, { random: sourceFrom(random), isOver: () => isOver })),
    ]);
    for (const { network } of people) network.heal();
    const healedFrom = performance.now();
    const state = await converged(ground, room);
    const healedMs = performance.now() - healedFrom;
    wrong.push(...(await compareWithLog(ground, room, state)));
    return { seed, faults, people: people.length, events: state.number, typed: account.typed.size, healedMs, wrong };
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
    return { seed, faults, people: people.length, events: 0, typed: account.typed.size, healedMs: Number.NaN, wrong };
  } finally {
    liar?.close();
    for (const person of people) person.close();
  }
}

const sourceFrom = (random: () => number): (() => number) => randomFrom(Math.floor(random() * 2 ** 32));

async function openRoom(ground: Ground, random: () => number): Promise<Room> {
  const count = 3 + Math.floor(random() * 6);
  const { sessionId, tokens } = await ground.seat(count + 1);
  const isSecond = random() < 0.5;
  // Whoever comes to a room first decides where it opens.
  const first = await openSocket(isSecond ? ground.second.url : ground.house.url, sessionId, tokens[0] ?? "");
  const { documentId } = (await first.frame("welcome")).session;
  const account = new Account();
  const wrong: string[] = [];
  const people: Person[] = [];
  for (let number = 0; number < count; number++) {
    const own = sourceFrom(random);
    const network = await Network.create({ gatewayUrl: ground.house.url, random: own });
    // Now and then somebody has two tabs on two machines: one participant, two editors.
    const token = tokens[number > 0 && random() < 0.15 ? number - 1 : number] ?? "";
    const onTrouble = (words: string): void => void wrong.push(words);
    people.push(new Person({ network, account, number, random: own, sessionId, documentId, token, onTrouble }));
  }
  await until("everybody has the text", () => people.every(({ isLoaded }) => isLoaded), { everyMs: 5 });
  first.close();
  return { people, sessionId, documentId, isSecond, account, wrong, tokens };
}

function startLiar(ground: Ground, { sessionId, documentId, tokens }: Room, random: () => number): Liar {
  return new Liar({ url: ground.house.url, sessionId, documentId, token: tokens.at(-1) ?? "", random });
}

async function typeAway(
  person: Person,
  { random, isOver }: { random: () => number; isOver: () => boolean },
): Promise<void> {
  for (let change = 0; change < changesAtLeast || !isOver(); change++) {
    person.type();
    await sleep(random() * pauseMs);
  }
}

async function hurt(scene: Scene, faults: string[]): Promise<void> {
  const { people, random } = scene;
  const ofHouse = draw(random, houseFaults);
  faults.push(ofHouse.name);
  const ofPeople = people.flatMap((person, number) => {
    if (random() > 0.4) return [];
    const fault = draw(random, personFaults);
    faults.push(`${number} ${fault.name}`);
    const after = random() * 700;
    const own = sourceFrom(random);
    return [sleep(after).then(() => fault.strike(person, own))];
  });
  const own = { ...scene, random: sourceFrom(random) };
  await Promise.all([sleep(random() * 600).then(() => ofHouse.strike(own)), ...ofPeople]);
}

/** Waits until all are done and have the text that the house has. */
async function converged({ house }: Ground, room: Room): Promise<SessionState> {
  const { people, sessionId, documentId } = room;
  const read = async (): Promise<SessionState> => {
    const token = await house.administratorToken();
    const answer = await call(house.url, getHistory, { params: { sessionId }, query: {}, token });
    if (answer.status !== 200) throw new Error(`The history is answered with ${answer.status}.`);
    return answer.body;
  };
  const seen = (): unknown => people.map((person) => ({ isDone: person.isDone, length: person.text.length }));
  const isOne = async (): Promise<SessionState | undefined> => {
    if (!people.every(({ isDone }) => isDone)) return undefined;
    const state = await read().catch(() => undefined);
    const text = state?.documents[documentId]?.text;
    return people.every((person) => person.isDone && person.text === text) ? state : undefined;
  };
  const state = await until("all have the text that the house has", isOne, {
    withinMs: healsWithinMs,
    everyMs: 20,
    seen,
  });
  room.wrong.push(...room.account.check(state.documents[documentId]?.text ?? ""));
  return state;
}

/** The log, folded from its first event, must come to what the house says there is. */
async function compareWithLog({ house }: Ground, room: Room, state: SessionState): Promise<string[]> {
  const { sessionId, documentId } = room;
  const token = await house.administratorToken();
  const events: SessionEvent[] = [];
  for (;;) {
    const query = { after: events.length, limit: 5_000 };
    const page = (await call(house.url, listEvents, { params: { sessionId }, query, token })).body;
    events.push(...page.events);
    if (events.length >= page.head || page.events.length === 0) break;
  }
  const folded = fold(emptyState, events.slice(0, state.number));
  const text = folded.documents[documentId]?.text;
  return text === state.documents[documentId]?.text ? [] : ["The log comes to another text."];
}
