import { Ground } from "./ground.ts";
import { playRound, type RoundReport } from "./round.ts";

/** Plays rounds with the seeds from `from` on, and tells of each. */
export async function playRounds(options: {
  from: number;
  rounds: number;
  onRound?: (report: RoundReport) => void;
}): Promise<RoundReport[]> {
  const ground = await Ground.create();
  try {
    const reports: RoundReport[] = [];
    for (let seed = options.from; seed < options.from + options.rounds; seed++) {
      const report = await playRound(ground, seed);
      reports.push(report);
      options.onRound?.(report);
    }
    return reports;
  } finally {
    await ground.close();
  }
}
