import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { coreLanguages } from "@greenroom/shared/languages/core.ts";
import { languages } from "@greenroom/shared/languages.ts";

import { runtimes } from "../../services/executor/src/runtimes.ts";
import { changedBlocks } from "./changed-blocks.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** More would take CI longer than it is worth: making an image takes a minute, trying a language up to half of one. */
const mostTried = 4;

const rows = "packages/shared/src/languages/";
const drivers = "packages/shared/src/signature/drivers/";
const runtimeRows = "services/executor/src/runtimes/";
const images = "services/executor/images/";
const samples = "services/executor/src/testing/samples/";

export interface Touched {
  /** Those to be tried besides the core languages. */
  readonly tried: readonly string[];
  /** For whoever reads what the tests say; empty when there is nothing to say. */
  readonly words: string;
}

/** The languages whose rows, runtimes, images, drivers or samples differ from what this change is to be merged into. */
export function touchedLanguages(folder = root): Touched {
  const git: Git = (...args) => runGit(folder, args);
  const base = findBase(git);
  if (base === undefined) {
    return {
      tried: [],
      words: "Without git's history nobody knows which languages this change touches: core ones only.",
    };
  }
  const paths = git("diff", "--name-only", base, "--", rows, drivers, runtimeRows, images, samples) ?? "";
  const ids = paths
    .split("\n")
    .flatMap((path) =>
      path === ""
        ? []
        : languagesOf(path, { before: git("show", `${base}:${path}`) ?? "", now: readOrEmpty(join(folder, path)) }),
    );
  return choose(ids);
}

/** As many as CI has time for, and words about those it has none for; "all" stands for what every language shares. */
export function choose(ids: readonly string[]): Touched {
  const core = new Set<string>(coreLanguages.map(({ id }) => id));
  const touched = languages.map(({ id }) => id).filter((id) => !core.has(id) && ids.includes(id));
  const tried = touched.slice(0, mostTried);
  const left = touched.slice(mostTried);
  const sentences = [
    ...(tried.length > 0 ? [`This change touches ${tried.join(", ")}: tried besides the core languages.`] : []),
    ...(left.length > 0 ? [`It touches more than there is time for: npm run test:languages -- ${left.join(" ")}`] : []),
    ...(ids.includes("all") ? ["It touches what all languages share, too: npm run test:languages"] : []),
  ];
  return { tried, words: sentences.join("\n") };
}

/** Where this change branched off; on the main branch itself, the commit before the last. Undefined without a history. */
function findBase(git: Git): string | undefined {
  for (const branch of ["origin/main", "main"]) {
    const base = git("merge-base", "HEAD", branch);
    if (base !== undefined && base !== git("rev-parse", "HEAD")) return base;
  }
  return git("rev-parse", "--verify", "--quiet", "HEAD~1");
}

/** What git says, without the line break at its end; undefined when it fails, or is not there. */
type Git = (...args: readonly string[]) => string | undefined;

function runGit(folder: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trimEnd();
  } catch {
    return undefined;
  }
}

/** Whom a changed file belongs to: languages, "all", or nobody. */
function languagesOf(path: string, texts: { before: string; now: string }): readonly string[] {
  const ids = languages.map(({ id }) => id);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (path.startsWith(images)) {
    const family = name.replace(/\.Dockerfile$/, "");
    return family === name ? ["all"] : ids.filter((id) => runtimes[id].family === family);
  }
  const own = ids.find((id) => name === `${id}.ts`);
  if (own !== undefined) return [own];
  const found = changedBlocks(texts.before, texts.now, ids);
  // The types that rows and runtimes are made of, and drivers have in common, are everybody's.
  return found ?? ["all"];
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch {
    return "";
  }
}
