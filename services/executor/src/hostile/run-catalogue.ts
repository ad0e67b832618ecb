import type { LanguageId } from "@greenroom/shared/languages.ts";
import { TestJudge } from "../testing/test-judge.ts";
import { Host } from "./host.ts";
import type { HostileEntry } from "./hostile.ts";
import { Innocents } from "./innocents.ts";
import { meet, type Met } from "./meet.ts";

/** Every program of these entries under one runtime, one after the other; `onMet` hears of each entry as it is done. */
export async function runCatalogue(options: {
  entries: readonly HostileEntry[];
  runtime: "runc" | "runsc";
  onMet: (entry: HostileEntry, met: readonly Met[]) => void;
}): Promise<void> {
  const { entries, runtime, onMet } = options;
  const judge = await TestJudge.create(languagesOf(entries), runtime);
  try {
    const stage = { judge, host: await Host.create(judge), innocents: new Innocents(judge) };
    for (const entry of entries) onMet(entry, await meet(stage, entry));
  } finally {
    await judge.close();
  }
}

function languagesOf(entries: readonly HostileEntry[]): LanguageId[] {
  const programs = entries.flatMap((entry) => (entry.kind === "program" ? entry.programs : []));
  return [...new Set(programs.map(({ language }) => language))];
}
