import { defaultRunLimits } from "../jobs/limits.ts";
import { givenInput } from "./run.ts";
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { encode, parseDown, parseUp } from "./codec.ts";
import { DownFrame } from "./down.ts";
import { UpFrame } from "./up.ts";

const id = "6f1c0a52-3f6b-4f57-9a3e-0123456789ab";

it.each<UpFrame>([
  { type: "ping" },
  { type: "access", accessToken: "a.b.c" },
  { type: "document.open", documentId: id, since: null },
  { type: "document.open", documentId: id, since: 0 },
  { type: "operation", documentId: id, clientId: id, seq: 1, revision: 0, operation: [1, "😀", { d: 2 }] },
  { type: "language", language: "cpp" },
  { type: "presence", documentId: id, revision: 3, selections: [{ anchor: 0, head: 9 }] },
  { type: "presence", documentId: id, revision: 3, selections: [], top: 4 },
  { type: "run.start", runId: id, documentId: id, revision: 0, task: givenInput("") },
  { type: "run.order", runId: id, order: { type: "stop" } },
  { type: "run.start", runId: id, documentId: id, revision: 0, task: { kind: "graded", cases: "all" } },
  { type: "run.order", runId: id, order: { type: "input", text: "é" } },
  { type: "problem.show", problemId: id },
  { type: "problem.show", problemId: null },
  { type: "session.end" },
  { type: "participant.remove", participantId: id },
  { type: "chat.send", messageId: id, text: "Hello 😀" },
  { type: "view", documentId: id },
  { type: "tab", away: true },
  { type: "paste", documentId: id, characters: 12 },
  { type: "file.add", documentId: id, path: "lib/util.py", text: "" },
  { type: "file.rename", documentId: id, path: "util.py" },
  { type: "file.delete", documentId: id },
])("reads $type as it was written", (frame) => {
  expect(parseUp(encode(frame))).toEqual({ ok: true, frame });
});

const participant = {
  participantId: id,
  name: "Bo",
  role: "candidate",
  color: 1,
  connected: true,
  viewing: null,
  away: false,
} as const;
const summary = {
  runId: id,
  documentId: id,
  language: "c",
  revision: 4,
  participantId: id,
  queuedAt: 5,
  position: 2,
  problem: null,
} as const;
const result = { exitCode: null, signal: null, wallMs: null, cpuMs: null, memoryKib: null } as const;
const limits = defaultRunLimits;

it.each<DownFrame>([
  { type: "pong" },
  { type: "error", code: "not-allowed", message: "No.", refused: "run.start", runId: id },
  { type: "document.snapshot", documentId: id, language: "c", revision: 0, text: "" },
  { type: "document.operations", documentId: id, operations: [] },
  { type: "operation.ack", documentId: id, clientId: id, seq: 1, revision: 1 },
  { type: "operation.refused", documentId: id, clientId: id, seq: 1, code: "rate-limited", retryAfterMs: 20 },
  { type: "language", language: "java", documentId: id, documents: [], participantId: id },
  { type: "chat", messageId: id, participantId: id, at: 5, text: "Hello" },
  { type: "files", documentId: id, documents: [{ documentId: id, path: "main.c" }], participantId: id },
  { type: "presence", connectionId: id, participantId: id, documentId: id, selections: [] },
  { type: "participants", participants: [participant] },
  { type: "run", run: { ...summary, task: givenInput(""), state: "queued", result: null } },
  { type: "run.cases", runId: id, cases: [{ number: 1, visibility: "hidden", verdict: "wrong-answer", ...result }] },
  { type: "problem", problem: null, documentId: id, documents: [] },
  {
    type: "problem",
    problem: {
      problemId: id,
      version: 1,
      title: "Sum",
      statement: "Add.",
      style: { kind: "stdin" },
      checker: "lines",
      cases: [
        { number: 1, visibility: "visible", input: "1 2", expected: "3" },
        { number: 2, visibility: "hidden" },
      ],
      limits,
    },
    documentId: id,
    documents: [{ documentId: id, path: "main.py" }],
  },
  { type: "run.output", runId: id, chunks: [{ number: 1, stream: "stdout", text: "x" }] },
  {
    type: "run.availability",
    availability: { available: false, reason: "No.", ready: [], preparing: ["c"], onDemand: [] },
  },
  { type: "session.ended", endedAt: 5 },
])("a client reads $type as it was written", (frame) => {
  expect(parseDown(encode(frame))).toEqual({ ok: true, frame });
});

const operation = { type: "operation", documentId: id, clientId: id, seq: 1, revision: 0, operation: ["x"] };

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a number", 1],
  ["a list", []],
  ["no type", {}],
  ["an unknown type", { type: "hello" }],
  ["a type that is none", { type: {} }],
  ["a down frame", { type: "pong" }],
  ["no UUID", { type: "run.order", runId: "1", order: { type: "stop" } }],
  ["a UUID with a prefix", { type: "run.stop", runId: `urn:uuid:${id}` }],
  ["a missing field", { type: "document.open", documentId: id }],
  ["a negative revision", { ...operation, revision: -1 }],
  ["a broken revision", { ...operation, revision: 0.5 }],
  ["a revision as text", { ...operation, revision: "0" }],
  ["seq 0", { ...operation, seq: 0 }],
  ["an operation that is no list", { ...operation, operation: "x" }],
  ["a component that is none", { ...operation, operation: [true] }],
  ["a deletion of text", { ...operation, operation: [{ d: "zzz" }] }],
  ["an unknown language", { type: "language", language: "klingon" }],
  ["a caret before the text", { type: "presence", documentId: id, revision: 0, selections: [{ anchor: -1, head: 0 }] }],
  [
    "too many carets",
    {
      type: "presence",
      documentId: id,
      revision: 0,
      selections: Array.from({ length: 65 }, () => ({ anchor: 0, head: 0 })),
    },
  ],
  [
    "too much stdin",
    { type: "run.start", runId: id, documentId: id, revision: 0, task: givenInput("x".repeat(256 * 1024 + 1)) },
  ],
  ["too long a token", { type: "access", accessToken: "x".repeat(4_097) }],
])("refuses %s", (_name, value) => {
  expect(parseUp(JSON.stringify(value) ?? "")).toMatchObject({ ok: false });
});

it("says which type it could read, and no more of it than a name is long", () => {
  expect(parseUp('{"type":"run.order"}')).toMatchObject({ ok: false, type: "run.order" });
  expect(parseUp(JSON.stringify({ type: "x".repeat(5_000) }))).toMatchObject({ ok: false, type: "x".repeat(64) });
  expect(parseUp("{")).toMatchObject({ ok: false, type: undefined });
});

it("reads deep nonsense without falling over", () => {
  expect(parseUp("[".repeat(100_000))).toMatchObject({ ok: false });
  const nested = `${'{"type":'.repeat(1_000)}1${"}".repeat(1_000)}`;
  expect(parseUp(nested)).toMatchObject({ ok: false });
});

it("is the version it says it is", () => {
  const hash = createHash("sha256")
    .update(JSON.stringify([UpFrame, DownFrame]))
    .digest("hex")
    .slice(0, 16);
  const message =
    "The schema of the frames changed. If clients and servers of before and after cannot talk to each other, give the " +
    "subprotocol in version.ts a new version; then pin the new hash here.";
  expect(hash, message).toBe("917f72bf7767dc3f");
});
