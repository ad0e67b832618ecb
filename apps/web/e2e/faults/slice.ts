/** A round by its seed, and what it is played for. */
export interface NamedSeed {
  readonly seed: number;
  readonly why: string;
}

/**
 * The rounds that each change is tried with: seeds that have failed once, and between them every fault of the house and
 * every kind of crash. `npm run test:faults` plays a thousand.
 */
export const slice: readonly NamedSeed[] = [
  { seed: 36, why: "nothing is wrong with the house, and much with eight people's tabs and networks" },
  { seed: 4, why: "the owner is killed, somebody lies, and a tab crashes again and again" },
  { seed: 6, why: "the owner is killed, and a tab crashes with a full disk" },
  { seed: 22, why: "the owner hands its rooms over while people are in two tabs each, away, late and crash" },
  { seed: 77, why: "the owner freezes for six seconds and wakes up after another process has taken its room" },
  { seed: 2, why: "the gateway is killed while tabs crash" },
  { seed: 42, why: "Postgres is killed, and a tab that is away crashes" },
  { seed: 28, why: "Redis is killed, and a tab crashes with a clock set back" },
  { seed: 32, why: "Postgres's disk is full" },
  { seed: 35, why: "clocks jump while tabs crash" },
  { seed: 146, why: "somebody is away for an hour, and somebody lies" },
  { seed: 715, why: "tabs crash again and again and while away, with a deletion on its way (it has failed)" },
];
