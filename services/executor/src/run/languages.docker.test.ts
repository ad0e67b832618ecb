import { coreLanguages } from "@greenroom/shared/languages/core.ts";
import { languages } from "@greenroom/shared/languages.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runtimes } from "../runtimes.ts";
import { functionChecks } from "../testing/function-checks.ts";
import { languageChecks, samples } from "../testing/language-checks.ts";
import { TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

it("there are samples of every language, and of nothing else", () =>
  expect(Object.keys(samples).toSorted()).toEqual(languages.map(({ id }) => id).toSorted()));

/** Of the languages that every executor prepares; `npm run test:languages` tries all. */
describe.each(coreLanguages)("$id", (language) => {
  it.each(languageChecks(language))("$name", async (check) => expect(await check.run(judge)).toBeUndefined());

  it("says what its starter took", async () => {
    const end = await judge.run({ language: language.id, source: language.starter, trustDomain: "one" });
    expect(end).toMatchObject({ exitCode: 0, signal: null });
    expect(end.wallMs).toBeGreaterThan(0.2);
    expect(end.cpuMs).toBeGreaterThan(0.1);
    expect(end.cpuMs).toBeLessThan((end.wallMs ?? 0) * 2 + 20);
    expect(end.memoryKib).toBeGreaterThan(500);
    expect(end.memoryKib).toBeLessThan(128 * 1024);
    if (runtimes[language.id].compile) expect(end.compileMs).toBeGreaterThan(1);
    else expect(end.compileMs).toBeNull();
  });

  it("gives stdin to the program, whatever is in it", async () => {
    const stdin = `zwölf Boxkämpfer ✓ 🦊\r\n\u0000${"line\n".repeat(20_000)}no newline at the end`;
    const source = echoes[language.id] ?? "";
    const end = await judge.run({ language: language.id, source, stdin, trustDomain: "one" });
    expect(end).toMatchObject({ outcome: "exited", stderr: "" });
    expect(end.stdout === stdin).toBe(true);
  });
});

/** Programs that write back what they read, byte for byte; of C, C++ and Java their samples do. */
const echoes: Readonly<Record<string, string | undefined>> = {
  python: "import sys\nsys.stdout.write(sys.stdin.read())",
  javascript: "process.stdin.pipe(process.stdout)",
  typescript:
    'import { readFileSync } from "node:fs";\nconst text: string = readFileSync(0, "utf8");\nprocess.stdout.write(text);',
  c: samples["c"]?.line,
  cpp: samples["cpp"]?.line,
  java: samples["java"]?.line,
};

/** Languages to try besides, their ids with commas between them: `npm test` names those that a change touches. */
const more = (process.env["TEST_LANGUAGES"] ?? "").split(",");
/** None is begun later than this after the first of them: making an image may take a minute. */
const beginWithinMs = 120_000;
let begunAt = 0;

describe.each(languages.filter(({ id }) => more.includes(id)))("$id, which a change touches,", (language) => {
  let ownJudge: TestJudge | undefined;
  beforeAll(async () => {
    begunAt ||= Date.now();
    if (Date.now() - begunAt < beginWithinMs) ownJudge = await TestJudge.create([language.id]);
  }, 900_000);
  afterAll(() => ownJudge?.close());

  it.for([...languageChecks(language), ...functionChecks(language)])("$name", async (check, { skip }) => {
    if (!ownJudge) return skip(`There was no time left: npm run test:languages -- ${language.id}`);
    expect(await check.run(ownJudge)).toBeUndefined();
  });
});

it("runs a TypeScript program that awaits at its top level", async () => {
  const source = 'import { setTimeout } from "node:timers/promises";\nawait setTimeout(1);\nconsole.log("later");';
  expect(await judge.run({ language: "typescript", source })).toMatchObject({ outcome: "exited", stdout: "later\n" });
});

it("runs JavaScript as CommonJS and, where it says import, as a module", async () => {
  const old = 'const { EOL } = require("node:os"); console.log(typeof module, JSON.stringify(EOL));';
  expect(await judge.run({ language: "javascript", source: old })).toMatchObject({ stdout: 'object "\\n"\n' });
  const modern = 'import { EOL } from "node:os"; console.log(await Promise.resolve(JSON.stringify(EOL)));';
  expect(await judge.run({ language: "javascript", source: modern })).toMatchObject({ stdout: '"\\n"\n' });
});

it("names the signal that ended a program", async () => {
  const source = "int main(void) { volatile int *p = 0; return *p; }";
  const end = await judge.run({ language: "c", source });
  expect(end).toMatchObject({ outcome: "runtime-error", exitCode: null, signal: "SIGSEGV" });
});
