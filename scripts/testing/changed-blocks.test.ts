import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { languages } from "@greenroom/shared/languages.ts";
import { describe, expect, it } from "vitest";
import { changedBlocks } from "./changed-blocks.ts";
import { choose } from "./touched-languages.ts";

const ids = languages.map(({ id }) => id);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const change = (path: string, from: string, to: string) => {
  const text = read(path);
  expect(text).toContain(from);
  return changedBlocks(text, text.replace(from, to), ids);
};
const rows = "packages/shared/src/languages";
const runtimes = "services/executor/src/runtimes";
const samples = "services/executor/src/testing/samples";

describe("what a change of a file touches", () => {
  it.each([
    ["a row", `${rows}/compiled.ts`, 'aliases: ["golang"]', 'aliases: ["go1"]', ["go"]],
    ["a runtime of several lines", `${runtimes}/compiled.ts`, "--edition=2021", "--edition=2024", ["rust"]],
    ["a runtime of one line", `${runtimes}/scripts.ts`, '"/usr/bin/perl"', '"/bin/perl"', ["perl"]],
    ["a sample", `${samples}/interpreted.ts`, "lua5.4", "lua5.5", ["lua"]],
    ["the bodies of functions", `${samples}/function-bodies.ts`, "flags.flip()", "flags.flop()", ["cpp"]],
  ])("%s is its language's", (_what, path, from, to, touched) => {
    expect(change(path, from, to)).toEqual(touched);
  });

  it("a row that is new, or gone, is its language's", () => {
    const text = read(`${rows}/scripts.ts`);
    const without = text.replace(/^ {2}\{\n {4}id: "tcl"[\s\S]*?^ {2}\},\n/m, "");
    expect(without).not.toBe(text);
    expect(changedBlocks(without, text, ids)).toEqual(["tcl"]);
    expect(changedBlocks(text, without, ids)).toEqual(["tcl"]);
  });

  it("what several runtimes use is all of theirs, and what all use is nobody's in particular", () => {
    const touched = change(`${runtimes}/scripts.ts`, "ownThreads = 0", "ownThreads = 1");
    expect(touched).toEqual(expect.arrayContaining(["awk", "php", "tcl"]));
    expect(touched).not.toContain("go");
    expect(change(`${runtimes}/runtime.ts`, "Math.max(16", "Math.max(17")).toBeUndefined();
  });
});

describe("the languages that are tried", () => {
  it("are four at the most, without the core ones, and words say what is left", () => {
    const { tried, words } = choose(["tcl", "python", "go", "rust", "ada", "d", "swift", "all"]);
    expect(tried).toEqual(["ada", "d", "go", "rust"]);
    expect(words).toMatch(/test:languages -- swift tcl\n/);
    expect(words).toMatch(/all languages share/);
  });

  it("are none, and nothing is said, when nothing is touched", () => {
    expect(choose(["java"])).toEqual({ tried: [], words: "" });
  });
});
