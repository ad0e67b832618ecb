import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import { describe, expect, it } from "vitest";
import { RunStore } from "./run-store.ts";

const id = "00000000-0000-4000-8000-000000000000";
const summary: RunSummary = {
  runId: id,
  documentId: id,
  language: "python",
  revision: 1,
  participantId: id,
  state: "running",
  task: { kind: "graded", cases: "all" },
  problem: { problemId: id, version: 1 },
  position: null,
  queuedAt: 1,
  result: null,
};
const chunk = (number: number, text: string): OutputChunk => ({ number, stream: "stdout", text });
const met = (number: number): CaseResult => ({
  number,
  visibility: "hidden",
  verdict: "accepted",
  wallMs: 1,
  cpuMs: 1,
  memoryKib: 1,
  exitCode: 0,
  signal: null,
});

function drawn(store: RunStore): () => string {
  let text = "";
  store.terminal.subscribe({ write: (more) => (text += more), clear: () => (text = "") });
  return () => text;
}

describe("the newest run", () => {
  it("[R3] begins anew with a chunk numbered 1, cases too", () => {
    const store = new RunStore();
    store.changed(summary);
    store.append(id, [chunk(1, "a"), chunk(2, "b")]);
    store.addCases(id, [met(1), met(2)]);
    store.append(id, [chunk(1, "again")]);
    expect(store.outputText).toBe("again");
    expect(store.view.get().cases).toEqual([]);
    store.close();
  });

  it("[R3] begins its cases anew where no output tells", () => {
    const store = new RunStore();
    store.changed(summary);
    store.addCases(id, [met(1), met(2)]);
    store.addCases(id, [met(1)]);
    expect(store.view.get().cases.map(({ number }) => number)).toEqual([1]);
  });

  it("takes nothing of another run's", () => {
    const store = new RunStore();
    store.changed(summary);
    store.addCases("another", [met(1)]);
    store.append("another", [chunk(1, "x")]);
    expect(store.view.get().cases).toEqual([]);
    expect(store.outputText).toBe("");
    store.changed({ ...summary, runId: "another", queuedAt: 2 });
    store.addCases("another", [met(1)]);
    expect(store.view.get().cases).toHaveLength(1);
  });

  it("draws a terminal from the first character on, whenever it is opened", () => {
    const store = new RunStore();
    store.changed({ ...summary, task: { kind: "free", input: { kind: "terminal", columns: 80, rows: 24 } } });
    store.append(id, [chunk(1, "\u001b[1mbold")]);
    const terminal = drawn(store);
    expect(terminal()).toBe("\u001b[1mbold");
    store.append(id, [chunk(1, "again")]);
    expect(terminal()).toBe("again");
    store.close();
  });
});
