import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { type Drawn, houseFaults, personFaults, type Scene } from "./faults.ts";
import type { Person } from "./person.ts";

type Random = () => number;

/** One person of a round: what they draw from, and what goes wrong at their end. */
export interface PersonPlan {
  /** The second tab of whoever came before them. */
  readonly isTwin: boolean;
  /** Of what they type, and of their network and disk. */
  readonly random: Random;
  readonly trouble: Trouble<[Person, Random]> | undefined;
}

/** A fault, and when it strikes. */
export interface Trouble<Hurt extends unknown[]> {
  readonly name: string;
  readonly afterMs: number;
  readonly strike: (...hurt: Hurt) => Promise<void>;
  readonly random: Random;
}

/**
 * All that a seed says about a round. It is drawn before anything begins and in one order; what runs beside others then
 * has a source of its own. So a seed means the same round each time, but for the order in which things happen to arrive.
 */
export interface Plan {
  readonly people: readonly PersonPlan[];
  /** Whether the second session process has the room. */
  readonly isSecond: boolean;
  /** What the liar draws from, if there is one. */
  readonly liar: Random | undefined;
  readonly trouble: Trouble<[Scene]>;
}

export function planOf(seed: number): Plan {
  const random = randomFrom(seed);
  const count = 3 + Math.floor(random() * 6);
  const isSecond = random() < 0.5;
  const liar = random() < 0.25 ? sourceFrom(random) : undefined;
  const trouble = troubleFrom(random, houseFaults, 600);
  const people = Array.from({ length: count }, (_, number): PersonPlan => {
    // Now and then somebody has two tabs on two machines: one participant, two editors.
    const isTwin = number > 0 && random() < 0.15;
    const hurt = random() < 0.4 ? troubleFrom(random, personFaults, 700) : undefined;
    return { isTwin, random: sourceFrom(random), trouble: hurt };
  });
  return { people, isSecond, liar, trouble };
}

/** What goes wrong in it, in words. */
export function troublesOf({ people, liar, trouble }: Plan): string[] {
  const ofPeople = people.flatMap((person, number) => (person.trouble ? [`${number} ${person.trouble.name}`] : []));
  const twins = people.flatMap(({ isTwin }, number) => (isTwin ? [`${number - 1} in two tabs`] : []));
  return [...(liar ? ["a liar"] : []), trouble.name, ...twins, ...ofPeople];
}

function troubleFrom<Hurt extends unknown[]>(
  random: Random,
  faults: readonly Drawn<Hurt>[],
  withinMs: number,
): Trouble<Hurt> {
  const { name, strike } = draw(random, faults);
  return { name, strike, afterMs: random() * withinMs, random: sourceFrom(random) };
}

const sourceFrom = (random: Random): Random => randomFrom(Math.floor(random() * 2 ** 32));

/** One of them, as often as its weight says. */
function draw<T extends { weight: number }>(random: Random, all: readonly T[]): T {
  let left = random() * all.reduce((sum, { weight }) => sum + weight, 0);
  const found = all.find(({ weight }) => (left -= weight) < 0) ?? all.at(-1);
  if (!found) throw new Error("There is nothing to draw from.");
  return found;
}
