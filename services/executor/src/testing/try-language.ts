import type { Language } from "@greenroom/shared/languages.ts";
import { functionChecks } from "./function-checks.ts";
import { languageChecks, readVersion } from "./language-checks.ts";
import { TestJudge } from "./test-judge.ts";

/** What came of trying a language: times are those of its starter, the second time it was run. */
export interface Tried {
  readonly imageMb: number | null;
  /** null when the image was there already. */
  readonly buildSeconds: number | null;
  readonly helloMs: number | null;
  readonly compileMs: number | null;
  /** What the compiler or interpreter in the image calls itself. */
  readonly version: string | null;
  readonly checks: readonly { readonly name: string; readonly failure: string | undefined }[];
}

/** An image that was there is found faster than this; none is made so fast. */
const foundWithinMs = 3_000;

/** Of a language that could not even be started. */
export function untried(failure: string): Tried {
  const nothing = { imageMb: null, buildSeconds: null, helloMs: null, compileMs: null, version: null } as const;
  return { ...nothing, checks: [{ name: "start", failure }] };
}

/** Makes the language's image and runs a program for each thing that its row promises. */
export async function tryLanguage(language: Language): Promise<Tried> {
  const startedAt = Date.now();
  const judge = await TestJudge.create([language.id]);
  const took = Date.now() - startedAt;
  try {
    const run = () => judge.run({ language: language.id, source: language.starter, trustDomain: "one" });
    await run();
    const hello = await run();
    const checks: Tried["checks"][number][] = [];
    for (const { name, run: tryOne } of [...languageChecks(language), ...functionChecks(language)]) {
      checks.push({ name, failure: await tryOne(judge).catch((error: unknown) => String(error)) });
    }
    const bytes = await judge.imageBytes(language.id);
    return {
      imageMb: bytes === undefined ? null : Math.round(bytes / 1e6),
      buildSeconds: took < foundWithinMs ? null : Math.round(took / 1000),
      helloMs: hello.wallMs === null ? null : Math.round(hello.wallMs),
      compileMs: hello.compileMs === null ? null : Math.round(hello.compileMs),
      version: (await readVersion(judge, language)) ?? null,
      checks,
    };
  } catch (error) {
    return untried(String(error));
  } finally {
    await judge.close();
  }
}
