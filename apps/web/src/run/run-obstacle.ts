import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";

/** Why a program of this language cannot be run now, in words; undefined when it can. */
export function runObstacle(runs: RunAvailability, language: LanguageId): string | undefined {
  if (!runs.available) return `Programs cannot be run: ${runs.reason ?? "no executor answers."}`;
  if (runs.ready.includes(language)) return undefined;
  const { label } = getLanguage(language);
  if (runs.onDemand.includes(language)) {
    return `${label} is made ready the first time it is used on this server. That has begun, and can take some minutes.`;
  }
  return runs.preparing.includes(language)
    ? `${label} is being prepared: its sandbox is still built. It can be run as soon as that is done.`
    : `${label} cannot be run on this server.`;
}
