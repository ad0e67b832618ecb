// Plays rounds of faults, for `npm run test:faults [-- ROUNDS [FIRST SEED]]`: a thousand unless it is said. A round whose
// seed fails can be played alone: `npm run test:faults -- 1 SEED`.
import type { RoundReport } from "./round.ts";
import { playRounds } from "./suite.ts";

const [rounds = 1_000, from = 1] = process.argv.slice(2).map(Number);
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(from) || from < 0) {
  console.error("Say how many rounds, and which seed is the first: npm run test:faults -- 100 1");
  process.exit(2);
}

function say({ seed, people, faults, events, typed, healedMs, wrong }: RoundReport): void {
  const how = wrong.length === 0 ? `healed in ${Math.round(healedMs)} ms` : "NOT SURVIVED";
  console.log(`  ${seed}: ${people} people, ${typed} characters, ${events} events; ${faults.join(", ")}: ${how}`);
  for (const words of wrong) console.log(`      ${words}`);
}

const reports = await playRounds({ from, rounds, onRound: say });
const failed = reports.filter(({ wrong }) => wrong.length > 0);
const times = reports.map(({ healedMs }) => healedMs).sort((one, other) => one - other);
const typed = reports.reduce((sum, report) => sum + report.typed, 0);
console.log(`\n${reports.length - failed.length} of ${reports.length} rounds survived; ${typed} characters counted.`);
console.log(
  `Healed within ${Math.round(times.at(-1) ?? 0)} ms, half of them within ${Math.round(times[times.length >> 1] ?? 0)} ms.`,
);
if (failed.length > 0) console.log(`Seeds that failed: ${failed.map(({ seed }) => seed).join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
