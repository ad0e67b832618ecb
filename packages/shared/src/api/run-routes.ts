import { Type, type Static } from "typebox";
import { Checker, maxCases, Style, TestCase } from "../jobs/grading.ts";
import { CompileLimits, RunLimits } from "../jobs/limits.ts";
import { Program } from "../jobs/program.ts";
import { FreeTask } from "../jobs/run-job.ts";
import { Excerpt, RunResult } from "../jobs/run-result.ts";
import { RunOrder } from "../jobs/run-stream.ts";
import { LanguageId } from "../languages.ts";
import { defineRoute } from "./route.ts";

const Id = Type.String({ format: "uuid" });
const Instant = Type.Integer({ minimum: 0 });
const RunParams = Type.Object({ runId: Id });

/** The judge for programs: a run is made, and looked at, waited for, listened to or called back about. */
export const NewRun = Type.Object({
  program: Program,
  task: Type.Union([
    FreeTask,
    Type.Object({
      kind: Type.Literal("graded"),
      /** Absent: the program reads stdin and writes stdout. */
      style: Type.Optional(Style),
      /** Absent: `lines`. */
      checker: Type.Optional(Checker),
      cases: Type.Array(TestCase, { minItems: 1, maxItems: maxCases }),
      stopAtFirstFailure: Type.Optional(Type.Boolean({ default: false })),
    }),
  ]),
  /** What is not said is the default. */
  limits: Type.Optional(
    Type.Object({
      compile: Type.Optional(Type.Partial(CompileLimits)),
      run: Type.Optional(Type.Partial(RunLimits)),
    }),
  ),
  /** Where the ended run is posted to, as the JSON of a RunRecord; its host must be one that the installation allows. */
  callback: Type.Optional(Type.String({ maxLength: 2048, pattern: "^https?://" })),
  /** Nobody waits for it: it goes after all that somebody waits for. */
  batch: Type.Optional(Type.Boolean({ default: false })),
});
export type NewRun = Static<typeof NewRun>;

export const RunRecord = Type.Object({
  runId: Id,
  state: Type.Union([Type.Literal("queued"), Type.Literal("running"), Type.Literal("ended")]),
  language: LanguageId,
  createdAt: Instant,
  /** While it is queued: how many runs go before it. */
  position: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** Once it has ended. */
  result: Type.Union([RunResult, Type.Null()]),
  /** Once it has ended: what a free run wrote, and what the compiler said. */
  output: Type.Union([Type.Object({ stdout: Excerpt, stderr: Excerpt, compile: Excerpt }), Type.Null()]),
  callback: Type.Union([
    Type.Null(),
    Type.Object({ state: Type.Union([Type.Literal("waiting"), Type.Literal("delivered"), Type.Literal("failed")]) }),
  ]),
});
export type RunRecord = Static<typeof RunRecord>;

export const createRun = defineRoute({
  method: "POST",
  path: "/api/runs",
  summary: "Run a program, free or graded; an Idempotency-Key (a UUID) makes sending it again the same run",
  access: "key",
  query: Type.Object({
    /** Answer when it has ended, or after so many seconds. */
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 60, default: 0 })),
  }),
  body: NewRun,
  response: RunRecord,
  errors: ["rate-limited", "quota-used-up", "queue-full", "too-large", "callback-not-allowed", "unavailable"],
});

export const getRunRecord = defineRoute({
  method: "GET",
  path: "/api/runs/:runId",
  summary: "A run of this key; kept for some days",
  access: "key",
  params: RunParams,
  query: Type.Object({ wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 60, default: 0 })) }),
  response: RunRecord,
  errors: ["not-found"],
});

/**
 * Server-sent events, each with JSON: `state` {state, position}, `output` an OutputChunk, `case` a CaseResult, and last `end`
 * the RunRecord. An event's id resumes after it (Last-Event-ID).
 */
export const listenToRun = defineRoute({
  method: "GET",
  path: "/api/runs/:runId/events",
  summary: "What a run does while it runs, as server-sent events: state, output, case, end",
  access: "key",
  params: RunParams,
  response: Type.String(),
  responseType: "text/event-stream",
  errors: ["not-found"],
});

export const orderRun = defineRoute({
  method: "POST",
  path: "/api/runs/:runId/orders",
  summary: "Stop a run, type into it, or end its input",
  access: "key",
  params: RunParams,
  body: RunOrder,
  response: Type.Null(),
  errors: ["not-found", "conflict"],
});

export const listLanguages = defineRoute({
  method: "GET",
  path: "/api/languages",
  summary: "Every language with its version and whether it can run now",
  access: "key",
  response: Type.Object({
    languages: Type.Array(
      Type.Object({
        language: LanguageId,
        label: Type.String(),
        version: Type.String(),
        fileName: Type.String(),
        /** `on-demand`: its image is made once somebody wants it, which takes a minute or some. */
        state: Type.Union([Type.Literal("ready"), Type.Literal("preparing"), Type.Literal("on-demand")]),
      }),
    ),
  }),
  errors: [],
});

export const runRoutes = [createRun, getRunRecord, listenToRun, orderRun, listLanguages] as const;
