import { type Ground, sleep } from "./ground.ts";
import type { Person } from "./person.ts";

/** What a fault may hurt. */
export interface Scene {
  readonly ground: Ground;
  readonly people: readonly Person[];
  /** Whether the second session process has the room. */
  readonly isSecond: boolean;
  readonly random: () => number;
  /** So many operations of somebody who is well are committed. */
  readonly flood: (operations: number) => Promise<void>;
}

/** Something that goes wrong while people type; resolves once it is over, whatever else it has left behind. */
export interface Drawn<Hurt extends unknown[]> {
  readonly name: string;
  /** How often it is drawn, compared with the others. */
  readonly weight: number;
  readonly strike: (...hurt: Hurt) => Promise<void>;
}

/** More than a room keeps in memory to answer with: whoever was away for as long is told from Postgres. */
const operationsOfAnHour = 1_100;

const between = (random: () => number, least: number, most: number): number => least + random() * (most - least);
const pick = <T>(random: () => number, all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];

async function signalOwner({ ground, isSecond }: Scene, signal: NodeJS.Signals): Promise<void> {
  if (isSecond) ground.second.kill(signal);
  else ground.house.stack.kill("session", signal);
}

async function ownerRestarted({ ground, isSecond }: Scene): Promise<void> {
  await (isSecond ? ground.second.restarted() : ground.house.stack.restarted("session"));
}

/** Faults of the house: one at a time. */
export const houseFaults: readonly Drawn<[Scene]>[] = [
  { name: "nothing", weight: 6, strike: async () => {} },
  {
    name: "the owner is killed",
    weight: 5,
    strike: async (scene) => {
      await signalOwner(scene, "SIGKILL");
      await ownerRestarted(scene);
    },
  },
  {
    name: "the owner is asked to stop",
    weight: 4,
    strike: async (scene) => {
      await signalOwner(scene, "SIGTERM");
      await ownerRestarted(scene);
    },
  },
  {
    // Longer than its lease: another process takes the room, and this one wakes up as if nothing had been.
    name: "the owner freezes and wakes up",
    weight: 2,
    strike: async (scene) => {
      await signalOwner(scene, "SIGSTOP");
      await sleep(between(scene.random, 500, 7_000));
      await signalOwner(scene, "SIGCONT");
    },
  },
  {
    name: "the gateway is killed",
    weight: 4,
    strike: async ({ ground: { house } }) => {
      house.stack.kill("gateway", "SIGKILL");
      await house.stack.restarted("gateway");
    },
  },
  {
    name: "Postgres is killed",
    weight: 3,
    strike: ({ ground, random }) => ground.killPostgres(between(random, 0, 800)),
  },
  { name: "Redis is killed", weight: 3, strike: ({ ground, random }) => ground.killRedis(between(random, 0, 800)) },
  {
    name: "the disk is full",
    weight: 2,
    strike: ({ ground, random }) => ground.fillDisk(between(random, 200, 1_500)),
  },
  {
    name: "clocks jump",
    weight: 3,
    strike: async ({ ground: { house, second }, random }) => {
      const all = [() => house.stack.kill("session", "SIGUSR2"), () => second.kill("SIGUSR2")];
      for (const jump of all) if (random() < 0.7) jump();
      await sleep(between(random, 50, 500));
    },
  },
  {
    // What an hour does: many operations that have to be caught up on, and a room that was let go and taken anew.
    name: "somebody is away for an hour",
    weight: 1,
    strike: async (scene) => {
      const { people, random, flood } = scene;
      const person = pick(random, people);
      person?.network.cut();
      await flood(operationsOfAnHour);
      await signalOwner(scene, "SIGTERM");
      await ownerRestarted(scene);
      if (random() < 0.5) person?.crash();
      person?.network.heal();
    },
  },
];

/** Faults of one person's: any number of them. */
export const personFaults: readonly Drawn<[Person, () => number]>[] = [
  {
    name: "slow",
    weight: 3,
    strike: async ({ network }, random) => {
      network.delay = { least: between(random, 0, 40), most: between(random, 40, 150) };
    },
  },
  { name: "dropped", weight: 3, strike: async ({ network }) => network.drop() },
  { name: "late", weight: 3, strike: async ({ network }, random) => network.breakLate(between(random, 20, 400)) },
  { name: "half-closed", weight: 2, strike: async ({ network }) => network.halfClose() },
  { name: "swallowed", weight: 2, strike: async ({ network }) => network.swallow() },
  {
    name: "away",
    weight: 2,
    strike: async ({ network }, random) => {
      network.cut();
      await sleep(between(random, 100, 2_000));
      network.heal();
    },
  },
  { name: "crashed", weight: 3, strike: async (person) => person.crash() },
  {
    // The second time perhaps while it sends what the first has left.
    name: "crashed again and again",
    weight: 2,
    strike: async (person, random) => {
      person.crash();
      await sleep(between(random, 0, 300));
      person.crash();
      await sleep(between(random, 0, 300));
      person.crash();
    },
  },
  {
    name: "crashed while away",
    weight: 2,
    strike: async (person, random) => {
      person.network.cut();
      await sleep(between(random, 100, 1_000));
      person.crash();
      await sleep(between(random, 0, 300));
      person.network.heal();
    },
  },
  {
    name: "crashed with a full disk",
    weight: 1,
    strike: async (person, random) => {
      person.disk.isFull = true;
      await sleep(between(random, 50, 1_000));
      person.crash();
      await sleep(between(random, 0, 500));
      person.disk.isFull = false;
    },
  },
  {
    name: "crashed with a clock set back",
    weight: 1,
    strike: async (person, random) => {
      person.setClock(-3_600_000);
      person.crash();
      await sleep(between(random, 0, 200));
      person.crash();
    },
  },
];
