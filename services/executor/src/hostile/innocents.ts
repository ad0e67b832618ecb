import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import { runtimes } from "../runtimes.ts";
import type { TestJudge } from "../testing/test-judge.ts";

/** Runs of each kind before anything hostile: their median is what later ones are compared with. */
const firstRuns = 5;

interface Innocent {
  /** What is wrong with it; empty when it ran as always. */
  readonly wrong: readonly string[];
  /** Its time from call to end, by what it was at first. */
  readonly ratio: number;
}

/** Runs of programs that mean no harm, to be right and about as fast after every hostile one. */
export class Innocents {
  /** Somebody else's. */
  readonly otherDomain = "session:innocent";
  readonly #judge: TestJudge;
  readonly #usualMs = new Map<string, number>();

  constructor(judge: TestJudge) {
    this.#judge = judge;
  }

  /** Measures what is usual for the language's family, once; afterwards each domain has a sandbox of its own. */
  async prepare(language: LanguageId, domain: string): Promise<void> {
    for (const whose of [domain, this.otherDomain]) {
      const key = keyOf(language, whose);
      if (this.#usualMs.has(key)) continue;
      const times: number[] = [];
      // The first one may have to wait for its sandbox.
      for (let n = 0; n <= firstRuns; n++) times.push((await this.#time(language, whose)).tookMs);
      this.#usualMs.set(key, median(times.slice(1)));
    }
  }

  async run(language: LanguageId, domain: string): Promise<Innocent> {
    const { wrong, tookMs } = await this.#time(language, domain);
    return { wrong, ratio: tookMs / (this.#usualMs.get(keyOf(language, domain)) ?? tookMs) };
  }

  async #time(language: LanguageId, trustDomain: string): Promise<{ wrong: string[]; tookMs: number }> {
    const { id, starter } = innocentOf(language);
    const startedAt = performance.now();
    try {
      const end = await this.#judge.run({ language: id, source: starter, trustDomain });
      const isRight = end.outcome === "exited" && end.stdout === "Hello, world!\n" && end.stderr === "";
      const { outcome, stdout, stderr, compile } = end;
      return {
        wrong: isRight ? [] : [JSON.stringify({ outcome, stdout, stderr, compile }).slice(0, 400)],
        tookMs: performance.now() - startedAt,
      };
    } catch (error) {
      return { wrong: [String(error)], tookMs: performance.now() - startedAt };
    }
  }
}

/** In the same kind of sandbox, the language that is quickest to compile. */
function innocentOf(language: LanguageId): { id: LanguageId; starter: string } {
  const quick = language === "cpp" ? "c" : language === "typescript" ? "javascript" : language;
  return { id: quick, starter: getLanguage(quick).starter };
}

const keyOf = (language: LanguageId, domain: string): string => `${runtimes[language].family} ${domain}`;

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
