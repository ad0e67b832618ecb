import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { describe, expect, it } from "vitest";
import { OutputBuffer } from "./output-buffer.ts";
import { createOutputCleaner } from "./output-text.ts";
import { cutOffResult, resultText } from "./result-text.ts";
import { runObstacle } from "./run-obstacle.ts";

const chunk = (number: number, text: string, stream: OutputChunk["stream"] = "stdout"): OutputChunk => ({
  number,
  stream,
  text,
});

describe("a program's output", () => {
  it("loses its colours and keeps its words", () => {
    expect(createOutputCleaner()("\u001b[1;31mred\u001b[0m and \u001b]0;title\u0007plain\n")).toBe("red and plain\n");
  });

  it("loses a colour that is cut between two chunks", () => {
    const clean = createOutputCleaner();
    expect(clean("a\u001b[3") + clean("1mb\u001b") + clean("[0mc")).toBe("abc");
  });

  it("shows control characters instead of obeying them", () => {
    expect(createOutputCleaner()("\u0000\u0008\u007f\u202e\t\n")).toBe("\u2400\u2408\u2421\ufffd\t\n");
  });

  it("has LF line ends, even where a pair was cut in two", () => {
    const clean = createOutputCleaner();
    expect(clean("a\r") + clean("\nb\rc")).toBe("a\nb\nc");
  });

  it("takes no chunk twice", () => {
    const buffer = new OutputBuffer();
    buffer.append([chunk(1, "a"), chunk(2, "b")]);
    buffer.append([chunk(2, "b"), chunk(3, "c")]);
    expect(buffer.text).toBe("abc");
  });

  it("keeps its streams apart and in order", () => {
    const buffer = new OutputBuffer();
    buffer.append([chunk(1, "out\n"), chunk(2, "err\n", "stderr"), chunk(3, "out again\n")]);
    expect(buffer.shown.blocks.map(({ stream, text }) => [stream, text])).toEqual([
      ["stdout", "out\n"],
      ["stderr", "err\n"],
      ["stdout", "out again\n"],
    ]);
  });

  it("ends a line where it began, even when the other stream came in between", () => {
    const buffer = new OutputBuffer();
    buffer.append([chunk(1, "looking", "stderr"), chunk(2, "found\n"), chunk(3, " for\nmore\n", "stderr")]);
    expect(buffer.shown.blocks.map(({ text }) => text)).toEqual(["looking for\n", "found\n", "more\n"]);
    expect(buffer.shown.hidden).toBe(0);
  });

  it("begins each block on a line of its own", () => {
    const buffer = new OutputBuffer();
    for (let number = 1; number <= 2000; number++) buffer.append([chunk(number, `line ${number}\n`)]);
    const { blocks } = buffer.shown;
    expect(blocks.length).toBeGreaterThan(3);
    expect(blocks.every(({ text }) => text.endsWith("\n"))).toBe(true);
    expect(blocks.map(({ text }) => text).join("")).toBe(buffer.text);
  });

  it("of a megabyte shows the end and keeps all", () => {
    const buffer = new OutputBuffer();
    const megabyte = "x".repeat(1024 * 1024);
    buffer.append([chunk(1, megabyte), chunk(2, "the end")]);
    const { blocks, hidden, total } = buffer.shown;
    expect(blocks.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(256 * 1024);
    expect(blocks.at(-1)?.text.endsWith("the end")).toBe(true);
    expect(hidden + blocks.reduce((sum, { text }) => sum + text.length, 0)).toBe(total);
    expect(buffer.text).toBe(`${megabyte}the end`);
  });
});

describe("the end of a run", () => {
  const result: RunResult = {
    outcome: "exited",
    exitCode: 0,
    signal: null,
    wallMs: 31,
    cpuMs: 20,
    memoryKib: 8900,
    compileMs: null,
    chunks: 1,
  };

  it("is told in words", () => {
    expect(resultText(result)).toEqual({ tone: "good", text: "Finished in 0.03 s · exit code 0 · 9.1 MB" });
  });

  it("says by what signal a program crashed", () => {
    const crashed = { ...result, outcome: "runtime-error" as const, exitCode: null, signal: "SIGSEGV" };
    expect(resultText(crashed).text).toBe("Crashed with SIGSEGV after 0.03 s · 9.1 MB");
  });

  it("says that it is our fault when it is", () => {
    const ours = { ...result, outcome: "internal-error" as const, exitCode: null, wallMs: null, memoryKib: null };
    expect(resultText({ ...ours, errorCode: "engine-gone" }).text).toContain("our fault");
  });
});

it("a run that the end of its session cut off is told from one that somebody stopped", () => {
  expect(resultText(cutOffResult)).toEqual({ tone: "neutral", text: "Cut off by the end of the session" });
  const { cutOff: _cutOff, ...stopped } = cutOffResult;
  expect(resultText(stopped).text).toBe("Stopped");
});

describe("what stands in the way of a run", () => {
  const runs = {
    available: true,
    ready: ["python" as const],
    preparing: ["java" as const],
    onDemand: ["cpp" as const],
  };

  it("is nothing for a language that is ready", () => {
    expect(runObstacle(runs, "python")).toBeUndefined();
  });

  it("is told with its reason", () => {
    expect(runObstacle(runs, "java")).toContain("Java is being prepared");
    expect(runObstacle(runs, "cpp")).toContain("the first time");
    expect(runObstacle(runs, "c")).toBe("C cannot be run on this server.");
    expect(runObstacle({ ...runs, available: false, reason: "There is no Docker." }, "python")).toContain(
      "There is no Docker.",
    );
  });
});
