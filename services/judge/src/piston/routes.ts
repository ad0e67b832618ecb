import { randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { pistonExecute, pistonRuntimes, type PistonResult } from "@greenroom/shared/api/piston-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { beginRun } from "../begin-run.ts";
import type { Context } from "../context.ts";
import { whicheverFirst } from "../run/whichever-first.ts";
import { offeredLanguages, pistonRuntime } from "./runtimes.ts";
import { readJob, toInput } from "./read-job.ts";
import { toAnswer } from "./to-answer.ts";

/** Nobody is kept waiting longer than this, whatever the queue. */
const longestMs = 600_000;

/** Piston's API v2, as far as running programs goes (https://github.com/engineer-man/piston, docs/api-v2.md). */
export function addPistonRoutes(server: Server, context: Context): void {
  addRoute(server, context.guards, pistonRuntimes, async () =>
    offeredLanguages(context.availability.current).map((language) => {
      const { aliases, ...runtime } = pistonRuntime(language);
      return { ...runtime, aliases: [...aliases] };
    }),
  );
  // Not by addRoute: what is wrong with a body is said in Piston's words.
  server.post(pistonExecute.path, (request, reply) => execute(context, request, reply));
}

async function execute(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<PistonResult> {
  const caller = await context.keys.check(request);
  const { current } = context.availability;
  if (!current.available) throw new ApiError("unavailable", current.reason ?? "No executor is running.");
  const job = readJob(request.body, offeredLanguages(current));
  const runId = randomUUID();
  const begun = await beginRun(context, {
    caller,
    door: "piston",
    runId,
    program: { language: job.language.id, files: job.files },
    task: { kind: "free", input: toInput(job), arguments: job.arguments },
    limits: job.limits,
    isBatch: false,
    callbackUrl: undefined,
  });
  if (!begun) throw new Error("A new run has the id of another.");
  const stop = (): void => {
    if (reply.raw.writableEnded) return;
    // Nobody waits for it any more.
    context.queue.order(runId, { type: "stop" }).catch((error: unknown) => {
      context.logger.warn({ err: error, runId }, "A run that nobody waits for could not be stopped");
    });
  };
  reply.raw.once("close", stop);
  if (reply.raw.destroyed) stop();
  const end = await whicheverFirst(begun.followed.ended, longestMs, context.closing);
  reply.raw.off("close", stop);
  if (!end) {
    stop();
    throw new ApiError("unavailable", "The run has not ended, and can be waited for no longer.");
  }
  return toAnswer(job.language, end);
}
