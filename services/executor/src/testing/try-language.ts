import type { Language } from "@greenroom/shared/languages.ts";
import { compiledSamples } from "./samples/compiled.ts";
import { interpretedSamples } from "./samples/interpreted.ts";
import { TestJudge, type TestRunEnd } from "./test-judge.ts";

/** What came of trying a language: times are those of its starter, the second time it was run. */
export interface Tried {
  readonly imageMb: number | null;
  /** null when the image was there already. */
  readonly buildSeconds: number | null;
  readonly helloMs: number | null;
  readonly compileMs: number | null;
  readonly checks: readonly { readonly name: string; readonly failure: string | undefined }[];
}

const samples = { ...compiledSamples, ...interpretedSamples };
const words = "Grüße, 世界 🎉";
const nothing = { imageMb: null, buildSeconds: null, helloMs: null, compileMs: null } as const;
/** An image that was there is found faster than this; none is made so fast. */
const foundWithinMs = 3_000;

function differs(
  end: TestRunEnd,
  wanted: Partial<Pick<TestRunEnd, "outcome" | "stdout">>,
  isTable = false,
): string | undefined {
  const same =
    end.outcome === (wanted.outcome ?? "exited") &&
    (wanted.stdout === undefined ||
      end.stdout === wanted.stdout ||
      (isTable && end.stdout.includes(wanted.stdout.trim())));
  if (same) return undefined;
  const { outcome, exitCode, signal, errorCode, compile, stdout, stderr, memoryKib } = end;
  const said = { outcome, exitCode, signal, errorCode, memoryKib, compile, stdout, stderr };
  return JSON.stringify(said, (_key, value: unknown) => (typeof value === "string" ? value.slice(0, 400) : value));
}

/** Makes the language's image and runs a program for each thing that its row promises. */
export async function tryLanguage(language: Language): Promise<Tried> {
  const startedAt = Date.now();
  const judge = await TestJudge.create([language.id]);
  const took = Date.now() - startedAt;
  try {
    const run = (source: string, stdin = "") => judge.run({ language: language.id, source, stdin, trustDomain: "one" });
    const sample = samples[language.id];
    // It frames what it selects.
    const isTable = language.id === "postgresql";
    const unstarted = await run(language.starter).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (unstarted !== undefined) return { ...nothing, checks: [{ name: "start", failure: unstarted }] };
    const hello = await run(language.starter);
    const checks = [{ name: "hello", failure: differs(hello, { stdout: "Hello, world!\n" }, isTable) }];
    const check = (name: string, failure: string | undefined): void => void checks.push({ name, failure });
    if (sample) {
      check("a line of Unicode", differs(await run(sample.line, `${words}\n`), { stdout: `${words}\n` }));
      const source = language.starter.replace("Hello, world!", words);
      check("Unicode in the source", differs(await run(source), { stdout: `${words}\n` }, isTable));
      check("runtime error", differs(await run(sample.fails), { outcome: "runtime-error" }));
      if (sample.invalid !== undefined) check("compile error", compileFailure(await run(sample.invalid)));
      check("memory limit", differs(await run(sample.hog), { outcome: "memory-limit" }));
    }
    const bytes = await judge.imageBytes(language.id);
    return {
      imageMb: bytes === undefined ? null : Math.round(bytes / 1e6),
      buildSeconds: took < foundWithinMs ? null : Math.round(took / 1000),
      helloMs: hello.wallMs === null ? null : Math.round(hello.wallMs),
      compileMs: hello.compileMs === null ? null : Math.round(hello.compileMs),
      checks,
    };
  } finally {
    await judge.close();
  }
}

function compileFailure(end: TestRunEnd): string | undefined {
  return differs(end, { outcome: "compile-error" }) ?? (end.compile === "" ? "the compiler said nothing" : undefined);
}
