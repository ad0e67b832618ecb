import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** By a test file's suffix, which says what it needs. */
export type TestKind = "unit" | "pg" | "redis" | "media" | "docker" | "e2e";

export interface TestCount {
  readonly passed: number;
  readonly skipped: number;
  /** What failed, each in a line: the file, and the test's name or what went wrong outside any test. */
  readonly failures: readonly string[];
}

/** What we read of vitest's JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The tests of a report that failed, and the files that did before any test of theirs. */
function failuresOf(report: Report): string[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length > 0) return failed.map((test) => `${file}: ${test.fullName}`);
    return status === "failed" ? [`${file}: ${(message ?? "").split("\n", 1)[0]}`] : [];
  });
}

function readReport(path: string, exitCode: number): TestCount {
  // Our own vitest's report.
  const report = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Report) : undefined;
  const failures = report ? failuresOf(report) : [];
  return {
    passed: report?.numPassedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    failures: exitCode !== 0 && failures.length === 0 ? ["an error outside every test, see above"] : failures,
  };
}

/** Several counts as one. */
export const sumOf = (counts: readonly TestCount[]): TestCount => ({
  passed: counts.reduce((total, count) => total + count.passed, 0),
  skipped: counts.reduce((total, count) => total + count.skipped, 0),
  failures: counts.flatMap((count) => count.failures),
});

function testFiles(kinds: readonly TestKind[], names: readonly string[], folders: readonly string[]): string[] {
  const everywhere = "{packages,services,apps,scripts}/**/*.test.{ts,tsx}";
  return globSync(everywhere, { cwd: root, exclude: (name) => name === "node_modules" || name === "dist" })
    .filter((path) =>
      kinds.includes((/\.(pg|redis|media|docker|e2e)\.test\.tsx?$/.exec(path)?.[1] ?? "unit") as TestKind),
    )
    .filter((path) => folders.length === 0 || folders.some((folder) => path.startsWith(`${folder}/`)))
    .filter((path) => names.length === 0 || names.some((name) => path.includes(name)))
    .sort();
}

/**
 * Runs the test files of some kinds in one vitest.
 *
 * @param options.alone one file at a time, for tests that load the machine
 */
export async function runTests(
  title: string,
  options: {
    kinds: readonly TestKind[];
    alone?: boolean;
    /** For tests that name no limit of their own; otherwise that of vitest.config.ts. */
    timeoutMs?: number;
    env?: NodeJS.ProcessEnv;
    filters?: readonly string[];
    /** Whose files alone are run; all when absent. */
    folders?: readonly string[];
  },
): Promise<TestCount> {
  const files = testFiles(options.kinds, options.filters ?? [], options.folders ?? []);
  if (files.length === 0) return { passed: 0, skipped: 0, failures: [] };
  console.log(`\n${title}`);
  const folder = mkdtempSync(join(tmpdir(), "greenroom-report-"));
  const report = join(folder, "report.json");
  const child = spawn(
    join(root, "node_modules/.bin/vitest"),
    ["run", ...files, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`].concat(
      // On two cores vitest would leave one to itself, which has little to do.
      options.alone ? ["--no-file-parallelism"] : [`--maxWorkers=${availableParallelism()}`],
      options.timeoutMs ? [`--testTimeout=${options.timeoutMs}`] : [],
    ),
    { cwd: root, stdio: "inherit", env: { ...process.env, ...options.env } },
  );
  // Whoever ends us ends the tests too.
  const end = () => child.kill();
  process.once("exit", end);
  const exitCode = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  process.off("exit", end);
  const count = readReport(report, exitCode);
  rmSync(folder, { recursive: true, force: true });
  return count;
}
