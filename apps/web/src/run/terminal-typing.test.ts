import { maxInputLength } from "@greenroom/shared/jobs/run-stream.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { describe, expect, it } from "vitest";
import { TerminalTyping } from "./terminal-typing.ts";

describe("what is typed into a terminal", () => {
  it("goes together, in order", async () => {
    const sent: string[] = [];
    const typing = new TerminalTyping((text) => sent.push(text));
    for (const key of "hello\r") typing.type(key);
    await until("it was sent", () => sent.length > 0, { everyMs: 5 });
    expect(sent).toEqual(["hello\r"]);
    typing.close();
  });

  it("goes in pieces that the server takes, and cuts no character in two", async () => {
    const sent: string[] = [];
    const typing = new TerminalTyping((text) => sent.push(text));
    const pasted = `${"x".repeat(maxInputLength - 1)}😀${"y".repeat(maxInputLength)}`;
    typing.type(pasted);
    await until("it was sent", () => sent.join("").length === pasted.length, { everyMs: 5 });
    expect(sent.join("")).toBe(pasted);
    expect(sent.every((piece) => piece.length <= maxInputLength && piece.isWellFormed())).toBe(true);
    typing.close();
  });
});
