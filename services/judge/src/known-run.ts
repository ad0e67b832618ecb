import { ApiError } from "@greenroom/shared/api/error.ts";
import type { KeyCaller } from "@greenroom/shared/node/add-route.ts";
import type { Context } from "./context.ts";
import { type EndedRun, findEndedRun, findRun, toEndedRun } from "./run-repository.ts";
import { type RunFacts, toFacts } from "./run/run-facts.ts";

/** A run that there is, as far as its record needs it. */
export type KnownRun =
  | { readonly state: "ended"; readonly run: EndedRun }
  | { readonly state: "going-on"; readonly facts: RunFacts };

/**
 * A run of this caller's. However often it is asked for, its program and test cases are read once at the most while it
 * goes on here, and never after its end.
 */
export async function findKnownRun(
  { db, runs }: Pick<Context, "db" | "runs">,
  caller: KeyCaller,
  runId: string,
): Promise<KnownRun | undefined> {
  const keyId = caller.kind === "key" ? caller.key.keyId : null;
  const followed = runs.factsOf(runId.toLowerCase());
  if (followed) return followed.keyId === keyId ? { state: "going-on", facts: followed } : undefined;
  const ended = await findEndedRun(db, keyId, runId);
  if (ended) return { state: "ended", run: ended };
  const row = await findRun(db, keyId, runId);
  if (!row) return undefined;
  const endedSince = toEndedRun(row);
  return endedSince ? { state: "ended", run: endedSince } : { state: "going-on", facts: toFacts(row) };
}

/** As findKnownRun; throws ApiError "not-found". */
export async function getKnownRun(context: Context, caller: KeyCaller, runId: string): Promise<KnownRun> {
  const known = await findKnownRun(context, caller, runId);
  if (!known) throw new ApiError("not-found", "This key has no such run.");
  return known;
}
