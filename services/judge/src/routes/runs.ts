import { createHash, randomInt, randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import * as routes from "@greenroom/shared/api/run-routes.ts";
import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { maxLiveInputBytes, type RunOrder } from "@greenroom/shared/jobs/run-stream.ts";
import { addRoute, type KeyCaller } from "@greenroom/shared/node/add-route.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import { authorDomainOf, beginRun, type NewRunFacts } from "../begin-run.ts";
import type { Context } from "../context.ts";
import { findKnownRun, getKnownRun, type KnownRun } from "../known-run.ts";
import type { RunFacts } from "../run/run-facts.ts";
import * as record from "../run/run-record.ts";
import { whicheverFirst } from "../run/whichever-first.ts";
import type { FollowedRun } from "../run/runs.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Its end is in the queue already, and is being read. */
const endReadWithinMs = 5_000;

export function addRunRoutes(server: Server, context: Context): void {
  const { guards } = context;
  addRoute(server, guards, routes.createRun, async ({ body, query, claims: caller, request }) => {
    const again = idempotencyKeyOf(request.headers["idempotency-key"]);
    const runId = again === undefined ? randomUUID() : runIdOf(caller, again);
    const waitMs = (query.wait ?? 0) * 1000;
    const known = again === undefined ? undefined : await findKnownRun(context, caller, runId);
    if (known) return await recordOf(context, known, waitMs);
    const begun = await beginRun(context, toRun(body, caller, runId));
    if (begun) return await recordWhenEnded(context, begun, waitMs);
    return await recordOf(context, await getKnownRun(context, caller, runId), waitMs);
  });

  addRoute(server, guards, routes.getRunRecord, async ({ params, query, claims: caller }) =>
    recordOf(context, await getKnownRun(context, caller, params.runId), (query.wait ?? 0) * 1000),
  );

  addRoute(server, guards, routes.orderRun, async ({ params, body: order, claims: caller }) => {
    const known = await getKnownRun(context, caller, params.runId);
    if (known.state === "ended" || context.runs.hasEnded(known.facts.runId))
      throw new ApiError("conflict", "The run has ended.");
    const { runId, task } = known.facts;
    refuseSenseless(order, task);
    if (await mayType(context, runId, order)) await context.queue.order(runId, order);
    return null;
  });
}

function idempotencyKeyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== "string" || !uuid.test(header))
    throw new ApiError("bad-request", "The Idempotency-Key is not a UUID.");
  return header.toLowerCase();
}

/** The same key says the same, and no other key's runs can be met: a UUID of version 8 (RFC 9562). */
function runIdOf(caller: KeyCaller, again: string): string {
  // Without a key nobody is known again.
  if (caller.kind !== "key") return randomUUID();
  const hex = createHash("sha256").update(`${caller.key.keyId}:${again}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function toRun(body: routes.NewRun, caller: KeyCaller, runId: string): NewRunFacts {
  const { program, task, limits, callback, batch } = body;
  return {
    caller,
    door: "runs",
    runId,
    program,
    task:
      task.kind === "free"
        ? task
        : {
            kind: "graded",
            style: task.style ?? { kind: "stdin" },
            checker: task.checker ?? { kind: "lines" },
            cases: task.cases,
            stopAtFirstFailure: task.stopAtFirstFailure ?? false,
            authorDomain: authorDomainOf(caller, runId),
            seed: randomInt(2 ** 31),
          },
    limits: {
      compile: { ...defaultCompileLimits, ...limits?.compile },
      run: { ...defaultRunLimits, ...limits?.run },
    },
    isBatch: batch ?? false,
    callbackUrl: callback,
  };
}

async function recordOf(context: Context, known: KnownRun, waitMs: number): Promise<routes.RunRecord> {
  if (known.state === "ended") return record.stored(known.run);
  const { facts } = known;
  const followed = context.runs.follow(facts);
  const state = await context.runs.look(facts);
  return await recordWhenEnded(context, { facts, followed }, state === "ended" ? endReadWithinMs : waitMs);
}

/** How it ended, or where it is after so long. */
async function recordWhenEnded(
  { queue, closing }: Context,
  { facts, followed }: { facts: RunFacts; followed: FollowedRun },
  waitMs: number,
): Promise<routes.RunRecord> {
  const end = waitMs > 0 ? await whicheverFirst(followed.ended, waitMs, closing) : undefined;
  if (end) return record.ended(facts, end);
  if (followed.isRunning()) return record.goingOn(facts, "running", null);
  const position = await queue.position(facts.runId);
  return record.goingOn(facts, position === null ? "running" : "queued", position);
}

function refuseSenseless(order: RunOrder, task: RunFacts["task"]): void {
  if (order.type === "stop" || order.type === "signal") return;
  const kind = task.kind === "free" ? task.input.kind : "given";
  const isGood = order.type === "resize" ? kind === "terminal" : kind !== "given";
  if (!isGood) throw new ApiError("conflict", `The run takes no "${order.type}": its input is not live.`);
}

/** What is typed beyond the bound would be dropped, and need not be kept until then. */
export async function mayType({ redis }: Context, runId: string, order: RunOrder): Promise<boolean> {
  if (order.type !== "input") return true;
  const key = `judge:typed:${runId}`;
  const answers = await redis.multi().incrby(key, Buffer.byteLength(order.text)).expire(key, 3_600).exec();
  return Number(answers?.[0]?.[1] ?? 0) <= maxLiveInputBytes;
}
