import type { ServerResponse } from "node:http";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { listenToRun } from "@greenroom/shared/api/run-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import { fromTheBeginning } from "@greenroom/shared/node/runs/run-news.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { Context } from "../context.ts";
import { getKnownRun } from "../known-run.ts";
import { type RunEvent, followRun } from "../run/follow-run.ts";
import type { RunFacts } from "../run/run-facts.ts";
import * as record from "../run/run-record.ts";

/** Listeners in this process at once, and of those one key's: each holds a connection and a timer. */
const maxListeners = 500;
const maxListenersOfKey = 100;
/** Whoever takes nothing for so long is gone, or holds on to what others could have. */
const drainsWithinMs = 30_000;
/** What Redis calls an entry of a stream. */
const entryId = /^\d{1,15}-\d{1,10}$/;

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function addRunEventsRoute(server: Server, context: Context): void {
  const listening = new Map<AbortController, string | undefined>();
  server.addHook("preClose", async () => {
    for (const gone of listening.keys()) gone.abort();
  });
  addRoute(server, context.guards, listenToRun, async ({ params, claims: caller, request, reply }) => {
    const known = await getKnownRun(context, caller, params.runId);
    const who = caller.kind === "key" ? caller.key.keyId : undefined;
    const theirs = [...listening.values()].filter((one) => one === who).length;
    if (listening.size >= maxListeners || theirs >= maxListenersOfKey)
      throw new ApiError("rate-limited", "Too many listen already.", { retryAfterMs: 5_000 });
    const afterId = request.headers["last-event-id"];
    const gone = new AbortController();
    listening.set(gone, who);
    reply.hijack();
    const { raw } = reply;
    raw.on("close", () => gone.abort());
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    try {
      if (known.state === "ended") {
        await write(raw, toText("end", record.stored(known.run)));
      } else {
        await tell(context, raw, {
          facts: known.facts,
          afterId: typeof afterId === "string" && entryId.test(afterId) ? afterId : fromTheBeginning,
          signal: gone.signal,
        });
      }
    } catch (error) {
      context.logger.debug({ err: error, runId: params.runId }, "Somebody could be told no more of a run");
    } finally {
      listening.delete(gone);
      raw.end();
    }
    return "";
  });
}

async function tell(
  context: Context,
  raw: ServerResponse,
  run: { facts: RunFacts; afterId: string; signal: AbortSignal },
): Promise<void> {
  const { facts, afterId, signal } = run;
  const { runId } = facts;
  const followed = context.runs.follow(facts);
  for await (const event of followRun(context, { runId, followed, afterId, signal }))
    await write(raw, textOf(event, facts));
}

function textOf(event: RunEvent, facts: RunFacts): string {
  switch (event.kind) {
    case "state":
      return toText("state", { state: event.state, position: event.position });
    case "news":
      return event.news.kind === "chunk"
        ? toText("output", event.news.chunk, event.id)
        : toText("case", event.news.result, event.id);
    case "silence":
      return ":\n\n";
    case "end":
      return toText("end", record.ended(facts, event.end));
  }
}

function toText(event: string, data: unknown, id?: string): string {
  // JSON has no line breaks of its own.
  return `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** Resolves once there is room for more. */
async function write(raw: ServerResponse, text: string): Promise<void> {
  if (raw.destroyed || raw.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      raw.off("drain", done);
      raw.off("close", done);
      resolve();
    };
    const timer = setTimeout(() => raw.destroy(), drainsWithinMs);
    raw.once("drain", done);
    raw.once("close", done);
  });
}
