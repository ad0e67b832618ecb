import { getHistory, listEvents } from "@greenroom/shared/api/history-routes.ts";
import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { fold } from "@greenroom/shared/log/reduce.ts";
import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { call } from "../support/api.ts";
import { openSocket } from "../support/socket.ts";
import { Account } from "./characters.ts";
import { Disk } from "./disk.ts";
import type { Scene } from "./faults.ts";
import { type Ground, sleep } from "./ground.ts";
import { Liar } from "./liar.ts";
import { Network } from "./network.ts";
import { Person } from "./person.ts";
import { type Plan, planOf, troublesOf } from "./plan.ts";
import { Tab } from "./tab.ts";

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
  const plan = planOf(seed);
  const wrong: string[] = [];
  const report = { seed, faults: troublesOf(plan), people: plan.people.length, wrong };
  let room: Room | undefined;
  let liar: Liar | undefined;
  try {
    room = await openRoom(ground, plan, wrong);
    const { people, account } = room;
    liar = plan.liar && startLiar(ground, room, plan.liar);
    let isOver = false;
    const hurting = hurt(ground, room, plan).finally(() => (isOver = true));
    await Promise.all([hurting, ...people.map((person) => typeAway(person, () => isOver))]);
    for (const { network } of people) network.heal();
    const healedFrom = performance.now();
    const state = await converged(ground, room);
    const healedMs = performance.now() - healedFrom;
    wrong.push(...(await compareWithLog(ground, room, state)));
    return { ...report, events: state.number, typed: account.typed.size, healedMs };
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
    return { ...report, events: 0, typed: room?.account.typed.size ?? 0, healedMs: Number.NaN };
  } finally {
    liar?.close();
    for (const person of room?.people ?? []) person.close();
  }
}

async function openRoom(ground: Ground, plan: Plan, wrong: string[]): Promise<Room> {
  const count = plan.people.length;
  const { sessionId, tokens } = await ground.seat(count + 1);
  // Whoever comes to a room first decides where it opens.
  const first = await openSocket(plan.isSecond ? ground.second.url : ground.house.url, sessionId, tokens[0] ?? "");
  if (first.closeCode !== undefined) throw new Error(`The first to come was shut out with ${first.closeCode}.`);
  const { documentId } = (await first.frame("welcome")).session;
  const account = new Account();
  const people: Person[] = [];
  for (const [number, { isTwin, random }] of plan.people.entries()) {
    const network = await Network.create({ gatewayUrl: ground.house.url, random });
    const token = tokens[isTwin ? number - 1 : number] ?? "";
    const onTrouble = (words: string): void => void wrong.push(words);
    people.push(new Person({ network, account, number, random, sessionId, documentId, token, onTrouble }));
  }
  await until("everybody has the text", () => people.every(({ isLoaded }) => isLoaded), { everyMs: 5 });
  first.close();
  return { people, sessionId, documentId, account, wrong, tokens };
}

function startLiar(ground: Ground, { sessionId, documentId, tokens }: Room, random: () => number): Liar {
  return new Liar({ url: ground.house.url, sessionId, documentId, token: tokens.at(-1) ?? "", random });
}

async function typeAway(person: Person, isOver: () => boolean): Promise<void> {
  for (let change = 0; change < changesAtLeast || !isOver(); change++) {
    person.type();
    await sleep(person.random() * pauseMs);
  }
}

async function hurt(ground: Ground, room: Room, plan: Plan): Promise<void> {
  const { people } = room;
  const { isSecond, trouble } = plan;
  const flood = (operations: number): Promise<void> => typeFast(ground, room, operations);
  const scene: Scene = { ground, people, isSecond, random: trouble.random, flood };
  const ofPeople = people.flatMap((person, number) => {
    const theirs = plan.people[number]?.trouble;
    return theirs ? [sleep(theirs.afterMs).then(() => theirs.strike(person, theirs.random))] : [];
  });
  await Promise.all([sleep(trouble.afterMs).then(() => trouble.strike(scene)), ...ofPeople]);
}

/** Somebody who is well types so many characters, in as many tabs as it takes to be quick. */
async function typeFast(
  { house }: Ground,
  { sessionId, documentId, tokens, wrong }: Room,
  count: number,
): Promise<void> {
  const onTrouble = (words: string): void => void wrong.push(words);
  const steady = { sessionId, documentId, token: tokens.at(-1) ?? "", onTrouble, now: Date.now, network: house };
  const tabs = Array.from({ length: 6 }, () => new Tab({ ...steady, disk: new Disk(() => 0) }, []));
  let typed = 0;
  const type = async ({ client }: Tab): Promise<void> => {
    for (; typed < count; await sleep(1)) {
      if (!client.isSynchronised) continue;
      typed += 1;
      client.local(["."]);
    }
    await until("all of it is committed", () => client.isSynchronised, { everyMs: 5 });
  };
  await Promise.all(tabs.map(type));
  for (const tab of tabs) tab.crash();
}

/** Waits until all are done and have the text that the house has. */
async function converged(ground: Ground, room: Room): Promise<SessionState> {
  const { people, sessionId, documentId } = room;
  const read = async (): Promise<SessionState> => {
    const token = await ground.administratorToken();
    const answer = await call(ground.house.url, getHistory, { params: { sessionId }, query: {}, token });
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
async function compareWithLog(ground: Ground, room: Room, state: SessionState): Promise<string[]> {
  const { sessionId, documentId } = room;
  const token = await ground.administratorToken();
  const events: SessionEvent[] = [];
  for (;;) {
    const query = { after: events.length, limit: 5_000 };
    const page = (await call(ground.house.url, listEvents, { params: { sessionId }, query, token })).body;
    events.push(...page.events);
    if (events.length >= page.head || page.events.length === 0) break;
  }
  const folded = fold(emptyState, events.slice(0, state.number));
  const text = folded.documents[documentId]?.text;
  return text === state.documents[documentId]?.text ? [] : ["The log comes to another text."];
}
