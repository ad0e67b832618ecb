import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import { defaultCompileLimits, defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { RunOutcome } from "@greenroom/shared/jobs/run-result.ts";
import type { Language } from "@greenroom/shared/languages.ts";
import { baseEnvironment } from "../runtimes/runtime.ts";
import { runtimes } from "../runtimes.ts";
import { startSandbox } from "../sandbox/sandboxes.ts";
import { compiledSamples } from "./samples/compiled.ts";
import { coreSamples } from "./samples/core.ts";
import { interpretedSamples } from "./samples/interpreted.ts";
import { fromOther, type Sample } from "./samples/sample.ts";
import { runStep } from "./sandbox-step.ts";
import type { TestJudge, TestRunEnd } from "./test-judge.ts";

/** One thing that is tried of a language; undefined when it is as it should be, and else what was seen. */
export interface Check {
  readonly name: string;
  readonly run: (judge: TestJudge) => Promise<string | undefined>;
}

export const samples: Readonly<Record<string, Sample>> = { ...coreSamples, ...compiledSamples, ...interpretedSamples };

const hello = "Hello, world!";
const words = "Grüße, 世界 🎉";
const largeKib = 64 * 1024;

/** What its row promises: programs are run under the default limits, one after the other in one trust domain. */
export function languageChecks(language: Language): Check[] {
  const sample = samples[language.id];
  if (!sample) throw new Error(`There are no samples of "${language.id}".`);
  // It frames what it selects.
  const isTable = language.id === "postgresql";
  const says = (text: string) => ({ outcome: "exited", stdout: `${text}\n`, isTable }) as const;
  const program = (source: string, stdin = "") => ({ files: [[language.fileName, source]], stdin }) as const;
  const { main, name, other } = sample.twoFiles;
  const check = (title: string, given: Given, wanted: Wanted): Check => ({
    name: title,
    run: async (judge) => difference(await runFiles(judge, language, given), wanted),
  });
  const { invalid } = sample;
  return [
    check("hello", program(language.starter), { ...says(hello), stderr: /^$/, compile: /^$/ }),
    check("stdin", program(sample.line, `${words}\n`), says(words)),
    check("Unicode", program(sample.unicode ?? language.starter.replace(hello, words)), says(words)),
    check("runtime error", program(sample.fails), { outcome: "runtime-error", stderr: sample.failsWith }),
    ...(invalid
      ? [check("compile error", program(invalid.source), { outcome: "compile-error", compile: invalid.says })]
      : []),
    check("64 MB", program(sample.large), { outcome: "exited", says: String(largeKib * 1024), leastKib: largeKib }),
    check("memory limit", program(sample.hog), { outcome: "memory-limit" }),
    check(
      "two files",
      {
        files: [
          [language.fileName, main],
          [name, other],
        ],
      },
      says(fromOther),
    ),
    { name: "version", run: (judge) => versionDifference(judge, language) },
  ];
}

interface Given {
  /** Each as its name and its text; the first is the one that is run. */
  readonly files: readonly (readonly [name: string, content: string])[];
  readonly stdin?: string;
}

/** What a run should have come to; what is absent may be anything. */
interface Wanted {
  readonly outcome: RunOutcome;
  readonly stdout?: string;
  /** A part of what should be on stdout. */
  readonly says?: string;
  readonly isTable?: boolean;
  readonly stderr?: RegExp | undefined;
  readonly compile?: RegExp;
  /** The least memory that must have been measured. */
  readonly leastKib?: number;
}

function runFiles(judge: TestJudge, language: Language, given: Given): Promise<TestRunEnd> {
  const { files, stdin = "" } = given;
  const job = freeRun({ runId: randomUUID(), trustDomain: "one", language: language.id, source: "", stdin });
  const named = files.map(([name, content]) => ({ name, content }));
  return judge.execute({ ...job, program: { language: language.id, files: named } });
}

function difference(end: TestRunEnd, wanted: Wanted): string | undefined {
  const { outcome, stdout, isTable = false, says, stderr, compile, leastKib = 0 } = wanted;
  const same =
    end.outcome === outcome &&
    (stdout === undefined || (isTable ? end.stdout.includes(stdout.trim()) : end.stdout === stdout)) &&
    (says === undefined || end.stdout.includes(says)) &&
    (stderr?.test(end.stderr) ?? true) &&
    (compile?.test(end.compile) ?? true) &&
    (end.memoryKib ?? 0) >= leastKib;
  if (same) return undefined;
  const { exitCode, signal, errorCode, memoryKib } = end;
  const seen = { exitCode, signal, errorCode, memoryKib, compile: end.compile, stdout: end.stdout, stderr: end.stderr };
  const cut = (_key: string, value: unknown) => (typeof value === "string" ? value.slice(0, 400) : value);
  return JSON.stringify({ outcome: end.outcome, ...seen }, cut);
}

/** What the compiler or interpreter in the image says about its own version; undefined when it said none. */
export async function readVersion(judge: TestJudge, language: Language): Promise<string | undefined> {
  const question = samples[language.id]?.version;
  if (!question) return undefined;
  const sandbox = await startSandbox(judge.source, runtimes[language.id].family);
  try {
    const environment = { ...baseEnvironment, ...ownEnvironment(language) };
    // As much time as a compiler has: some are started slowly.
    const limits = { wallMs: defaultCompileLimits.wallMs, cpuMs: defaultCompileLimits.cpuMs };
    const end = await runStep(sandbox, { argv: question.argv, environment, limits });
    return (question.says ?? /(\d+(?:\.\d+)+)/).exec(`${end.stdout}\n${end.stderr}`)?.[1];
  } finally {
    await sandbox.close();
  }
}

/** What the language's programs find in their environment. */
function ownEnvironment({ id, fileName }: Language): Readonly<Record<string, string>> {
  const facts = { entry: fileName, files: [fileName], source: "", others: [], limits: defaultRunLimits, arguments: [] };
  return runtimes[id].run(facts).environment ?? {};
}

async function versionDifference(judge: TestJudge, language: Language): Promise<string | undefined> {
  const found = await readVersion(judge, language);
  const isSame = found === language.version || found?.startsWith(`${language.version}.`) === true;
  return isSame ? undefined : `the row says ${language.version}, the image ${found ?? "nothing"}`;
}
