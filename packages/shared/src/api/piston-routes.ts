import { Type, type Static } from "typebox";
import { defineRoute } from "./route.ts";

/**
 * The part of Piston's API v2 that runs programs (https://github.com/engineer-man/piston, docs/api-v2.md): a program
 * written for it needs another base URL and no other change. The same API has a WebSocket at `pistonConnectPath`.
 */
export const pistonConnectPath = "/api/v2/connect";

export const PistonStage = Type.Object({
  stdout: Type.String(),
  stderr: Type.String(),
  /** Both, in the order in which they were written. */
  output: Type.String(),
  code: Type.Union([Type.Integer(), Type.Null()]),
  signal: Type.Union([Type.String(), Type.Null()]),
  message: Type.Union([Type.String(), Type.Null()]),
  /**
   * RE: exited with another code than 0; SG: ended by a signal; TO: over its time; OL, EL: wrote too much to stdout, to
   * stderr; XX: our own fault. Null when all went well.
   */
  status: Type.Union([
    Type.Literal("RE"),
    Type.Literal("SG"),
    Type.Literal("TO"),
    Type.Literal("OL"),
    Type.Literal("EL"),
    Type.Literal("XX"),
    Type.Null(),
  ]),
  /** Milliseconds. */
  cpu_time: Type.Union([Type.Number(), Type.Null()]),
  wall_time: Type.Union([Type.Number(), Type.Null()]),
  /** Bytes. */
  memory: Type.Union([Type.Number(), Type.Null()]),
});
export type PistonStage = Static<typeof PistonStage>;

export const PistonResult = Type.Object({
  language: Type.String(),
  version: Type.String(),
  run: PistonStage,
  /** Only where something is compiled. */
  compile: Type.Optional(PistonStage),
});
export type PistonResult = Static<typeof PistonResult>;

export const pistonRuntimes = defineRoute({
  method: "GET",
  path: "/api/v2/runtimes",
  summary: "Piston's API: the languages with their versions and aliases",
  access: "key",
  response: Type.Array(
    Type.Object({
      language: Type.String(),
      version: Type.String(),
      aliases: Type.Array(Type.String()),
      runtime: Type.Optional(Type.String()),
    }),
  ),
  errors: [],
});

const limit = Type.Optional(Type.Number());

export const pistonExecute = defineRoute({
  method: "POST",
  path: "/api/v2/execute",
  summary: "Piston's API: run a program, and answer when it has ended",
  access: "key",
  body: Type.Object({
    /** A name or an alias. */
    language: Type.String(),
    /** A selector of Semantic Versioning: "3.x", or "*" for any. */
    version: Type.String(),
    files: Type.Array(
      Type.Object({
        name: Type.Optional(Type.String()),
        content: Type.String(),
        encoding: Type.Optional(Type.Union([Type.Literal("utf8"), Type.Literal("base64"), Type.Literal("hex")])),
      }),
    ),
    stdin: Type.Optional(Type.String()),
    args: Type.Optional(Type.Array(Type.String())),
    /** Milliseconds of wall-clock time and of CPU time; bytes. */
    compile_timeout: limit,
    run_timeout: limit,
    compile_cpu_time: limit,
    run_cpu_time: limit,
    compile_memory_limit: limit,
    run_memory_limit: limit,
  }),
  response: PistonResult,
  errors: ["rate-limited", "quota-used-up", "queue-full", "unavailable"],
});

export const pistonRoutes = [pistonRuntimes, pistonExecute] as const;
