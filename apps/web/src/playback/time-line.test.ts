import { expect, it } from "vitest";
import { idleGaps } from "./idle-gaps.ts";
import { ada, cleo } from "./made-log.ts";
import { markText } from "./mark-text.ts";
import { lengthText, secondsFrom, timeText } from "./time-text.ts";

it("idle gaps lie where nobody types and there is no mark for more than five seconds", () => {
  const from = 1_000_000;
  const mark = (at: number) => ({ number: at, at: from + at, kind: "chat", participantId: ada, detail: "" }) as const;
  const gaps = idleGaps({
    from,
    until: from + 100_000,
    head: 9,
    spanMs: 1_000,
    marks: [mark(30_000), mark(60_000)],
    typing: [
      { span: 2, participantId: ada, operations: 3 },
      { span: 4, participantId: cleo, operations: 1 },
      { span: 58, participantId: ada, operations: 1 },
    ],
  });
  expect(gaps.map((gap) => [gap.from - from, gap.until - from])).toEqual([
    [5_000, 30_000],
    [30_000, 58_000],
    [60_000, 100_000],
  ]);
});

it("a session in which all happens at once has no gaps", () => {
  expect(idleGaps({ from: 5, until: 5, head: 1, spanMs: 1, marks: [], typing: [] })).toEqual([]);
});

it("times are said as people say them", () => {
  expect([0, 999, 61_000, 3_599_999, 3_600_000, 3_725_000].map(timeText)).toEqual([
    "00:00",
    "00:00",
    "01:01",
    "59:59",
    "1:00:00",
    "1:02:05",
  ]);
  expect([4_000, 60_000, 72_000, 7_380_000].map(lengthText)).toEqual(["4 s", "1 min", "1 min 12 s", "2 h 3 min"]);
});

it("a link to an instant never leads to before it", () => {
  for (const ms of [0, 1, 99, 100, 101, 751_350]) {
    const led = secondsFrom(1_795_251_600_000, 1_795_251_600_000 + ms) * 1000;
    expect(led).toBeGreaterThanOrEqual(ms);
    expect(led).toBeLessThan(ms + 100);
  }
});

it("marks are told in words, with the names of those they are about", () => {
  const names = { nameOf: (who: string | null) => (who === ada ? "Ada" : "Cleo"), runOf: () => undefined };
  const text = (kind: Parameters<typeof markText>[0]["kind"], detail = "") =>
    markText({ number: 1, at: 0, kind, participantId: ada, detail }, names).text;
  expect(text("removed", cleo)).toBe("Ada removed Cleo");
  expect(text("paste", "1")).toBe("Ada pasted 1 character");
  expect(text("desk", "cpp")).toBe("Ada turned the room to C++");
  expect(text("run", "unknown")).toBe("Ada ran a program");
});

it("a run's mark has its verdict in words and colour, where the record has no more of the run, too", () => {
  const names = { nameOf: () => "Ada", runOf: () => undefined };
  const mark = { number: 1, at: 0, kind: "run", participantId: ada, detail: "unknown" } as const;
  expect(markText({ ...mark, outcome: "time-limit" }, names)).toEqual({
    text: "Ada ran a program: Too slow",
    short: "Too slow",
    icon: "clock",
    tone: "bad",
  });
  expect(markText({ ...mark, outcome: "accepted" }, names)).toMatchObject({ short: "Passed", tone: "good" });
  expect(markText({ ...mark, outcome: "stopped" }, names)).toMatchObject({ short: "Stopped" });
  expect(markText({ ...mark, outcome: "stopped", cutOff: true }, names)).toMatchObject({
    text: "Ada ran a program: Cut off",
    short: "Cut off",
  });
});
