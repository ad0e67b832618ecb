import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { languages } from "@greenroom/shared/languages.ts";
import { afterEach, describe, expect, it } from "vitest";
import { changedBlocks } from "./changed-blocks.ts";
import { choose, touchedLanguages } from "./touched-languages.ts";

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
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  it("are those that the last commit touches, and nobody knows them without a history", () => {
    const folder = mkdtempSync(join(tmpdir(), "greenroom-touched-"));
    folders.push(folder);
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: folder });
    const commit = (path: string, text: string): void => {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
      git("add", "-A");
      git("commit", "-q", "-m", "A change");
    };
    expect(touchedLanguages(folder)).toMatchObject({
      tried: [],
      words: expect.stringContaining("Without git's history"),
    });
    git("init", "-q", "-b", "main");
    const text = read(`${rows}/compiled.ts`);
    commit(`${rows}/compiled.ts`, text);
    commit("README.md", "Nothing of a language");
    expect(touchedLanguages(folder)).toEqual({ tried: [], words: "" });
    commit(`${rows}/compiled.ts`, text.replace('"golang"', '"go1"'));
    expect(touchedLanguages(folder).tried).toEqual(["go"]);
    commit("services/executor/images/beam.Dockerfile", "RUN true");
    expect(touchedLanguages(folder).tried).toEqual(["elixir", "erlang"]);
    git("checkout", "-q", "-b", "branch");
    commit("README.md", "Still nothing");
    expect(touchedLanguages(folder).tried).toEqual([]);
    commit("services/executor/images/head.part", "FROM nothing");
    commit("packages/shared/src/signature/drivers/rust.ts", "// A driver");
    expect(touchedLanguages(folder)).toMatchObject({
      tried: ["rust"],
      words: expect.stringContaining("all languages share"),
    });
  });

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
