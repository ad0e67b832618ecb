import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import type { Language } from "@greenroom/shared/languages.ts";
import { hasDriver, makeStarter } from "@greenroom/shared/signature/drivers.ts";
import type { Signature } from "@greenroom/shared/signature/signature.ts";
import type { Check } from "./language-checks.ts";
import { functionSamples } from "./samples/function-bodies.ts";
import { type FunctionCase, type FunctionName, functions } from "./samples/functions.ts";
import type { TestJudge, TestRunEnd } from "./test-judge.ts";

/** That problems in function style can be met in this language; none where it has no driver. */
export function functionChecks(language: Language): Check[] {
  if (!hasDriver(language.id)) return [];
  const samples = functionSamples[language.id];
  if (!samples) throw new Error(`There are no functions in "${language.id}".`);
  const { bodies, printing, throws, nothing } = samples;
  const source = (name: FunctionName, body: string): string => {
    const starter = makeStarter(functions[name].signature, language.id);
    return printing !== undefined && body.includes("debug") ? starter.replace("\n", `\n${printing}\n`) : starter;
  };
  const written = (name: FunctionName, body = bodies[name]): string => fillIn(source(name, body), body);
  const check = (name: string, given: Given, expected: Expected): Check => ({
    name: `functions: ${name}`,
    run: async (judge) => difference(await grade(judge, language, given), expected),
  });
  const { backwards, plusOne } = functions;
  const renamed = makeStarter(plusOne.signature, language.id).replace(/plus_?one/i, "another");
  return [
    // What the compiler may assert of these names is what Object.entries forgets.
    ...(Object.entries(functions) as [FunctionName, FunctionCase][]).map(([name, one]) =>
      check(name, { ...one, source: written(name) }, { stderr: name === "plusOne" ? "debug\n" : "" }),
    ),
    check(
      "another value",
      { ...plusOne, cases: [["41", "43"]], source: written("plusOne") },
      { verdicts: ["wrong-answer"], message: /^Expected 43, got 42\.$/ },
    ),
    check("an exception", { ...plusOne, source: written("plusOne", throws) }, { verdicts: ["runtime-error"] }),
    check(
      "no such function",
      { ...plusOne, source: fillIn(renamed, bodies.bigger) },
      { verdicts: ["runtime-error", "compile-error"] },
    ),
    ...(nothing === undefined
      ? []
      : [
          check(
            "nothing",
            { ...backwards, source: written("backwards", nothing) },
            { verdicts: ["runtime-error", "wrong-answer"] },
          ),
        ]),
  ];
}

/** The starter with a body in its empty line, as far to the right as that. */
function fillIn(starter: string, body: string): string {
  return starter.replace(/^([ \t]+)$/m, (indent) => indent + body.replaceAll("\n", `\n${indent}`));
}

interface Given {
  readonly signature: Signature;
  readonly cases: FunctionCase["cases"];
  readonly source: string;
}

interface Expected {
  /** One of these for every case, or for the whole run when nothing was run; "accepted" when absent. */
  readonly verdicts?: readonly TestRunEnd["outcome"][];
  readonly message?: RegExp;
  readonly stderr?: string;
}

function grade(judge: TestJudge, language: Language, given: Given): Promise<TestRunEnd> {
  const { signature, cases, source } = given;
  return judge.grade({ language: language.id, source, cases, task: { style: { kind: "function", signature } } });
}

function difference(end: TestRunEnd, expected: Expected): string | undefined {
  const { verdicts = ["accepted"], message, stderr } = expected;
  const fits = (one: CaseResult): boolean =>
    verdicts.includes(one.verdict) &&
    (message?.test(one.message ?? "") ?? true) &&
    (stderr === undefined || one.stderr?.text === stderr);
  if (verdicts.includes(end.outcome) && end.cases?.every(fits)) return undefined;
  const { outcome, compile, cases } = end;
  const cut = (_key: string, value: unknown) => (typeof value === "string" ? value.slice(0, 600) : value);
  return JSON.stringify({ outcome, compile, cases }, cut);
}
