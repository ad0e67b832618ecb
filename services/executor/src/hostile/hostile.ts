import type { TestCase } from "@greenroom/shared/jobs/grading.ts";
import type { CompileLimits, RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { Program } from "@greenroom/shared/jobs/program.ts";
import type { FreeTask, GradedTask } from "@greenroom/shared/jobs/run-job.ts";
import type { RunOutcome } from "@greenroom/shared/jobs/run-result.ts";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { TestRunEnd } from "../testing/test-judge.ts";

/** What hostile programs and requests are after. */
export const hostileClasses = {
  A: "CPU and time",
  B: "Processes",
  C: "Memory",
  D: "Output",
  E: "Disk and files",
  F: "What is left behind",
  G: "Links and special files",
  H: "Ways out",
  I: "Looking around",
  J: "Network",
  K: "Compilers",
  L: "Requests",
  M: "Verdicts",
} as const;
export type HostileClass = keyof typeof hostileClasses;

interface Hostile {
  readonly class: HostileClass;
  /** Unique in the catalogue. */
  readonly name: string;
  /** What it tries, in a sentence for the table. */
  readonly tries: string;
}

/** What should be seen; under gVisor, whose kernel is another, some of it differs. */
export interface Expectation {
  /** One of these is how the run ends. */
  readonly ends: readonly RunOutcome[];
  /** All it writes to stdout. */
  readonly says?: string | RegExp;
  /** What the compiler writes. */
  readonly compiler?: RegExp;
  /** Looks at all of the result; what is wrong with it, or undefined. */
  readonly look?: (end: TestRunEnd) => string | undefined;
}

/** A program, in one language or in several, and how its run goes. */
export interface HostileProgram extends Hostile, Expectation {
  readonly kind: "program";
  readonly programs: readonly Program[];
  readonly input?: string;
  readonly arguments?: FreeTask["arguments"];
  readonly limits?: Partial<RunLimits>;
  readonly compileLimits?: Partial<CompileLimits>;
  /** Graded when there are any: each as its input, what is expected, and whether it is hidden. */
  readonly cases?: readonly (readonly [input: string, expected: string, visibility: TestCase["visibility"]])[];
  readonly task?: Partial<Omit<GradedTask, "kind" | "cases">>;
  /** Runs next in the same trust domain, and writes exactly this. */
  readonly next?: { readonly program: Program; readonly says: string };
  /** What differs under gVisor. */
  readonly gvisor?: Partial<Expectation>;
  /** What it gains for now, for the table: where its expectation is not what one would wish. */
  readonly known?: string;
  /** Takes seconds: left out of the tests that run with every change. */
  readonly slow?: true;
}

/** What somebody sends, which no door lets in. */
export interface HostileRequest extends Hostile {
  readonly kind: "request";
  /** `queue`: a job as the executor takes it from Redis. `http`: the body of POST /api/runs. */
  readonly door: "queue" | "http";
  /** Each is refused. */
  readonly bodies: () => readonly unknown[];
}

export type HostileEntry = HostileProgram | HostileRequest;

/** A program of one file, called what the language's are called. */
export function program(language: LanguageId, content: string): Program {
  return { language, files: [{ name: getLanguage(language).fileName, content }] };
}

export const python = (source: string): Program => program("python", source);
export const javascript = (source: string): Program => program("javascript", source);
export const typescript = (source: string): Program => program("typescript", source);
export const cpp = (source: string): Program => program("cpp", source);

const cHeaders = `
errno fcntl grp pthread sched signal stdint stdio stdlib string time unistd arpa/inet netinet/in
sys/file sys/ioctl sys/ipc sys/mman sys/mount sys/personality sys/prctl sys/ptrace sys/resource
sys/shm sys/socket sys/stat sys/syscall sys/sysmacros sys/fsuid sys/time sys/timex sys/uio sys/un
sys/wait sys/xattr
`;
const cHead = `#define _GNU_SOURCE\n${cHeaders
  .trim()
  .split(/\s+/)
  .map((name) => `#include <${name}.h>`)
  .join("\n")}\n`;

/** A C program with every header that such programs want. */
export const c = (source: string): Program => program("c", cHead + source);

/** The same, given the body of its main. */
export const cMain = (body: string, before = ""): Program =>
  c(`${before}\nint main(int count, char **words) { (void)count; (void)words;\n${body}\nreturn 0; }\n`);

/** The body of a Java program's main, which may throw anything. */
export const java = (body: string, members = ""): Program =>
  program(
    "java",
    `import java.io.*; import java.net.*; import java.nio.*; import java.nio.file.*; import java.util.*;
public class Main { ${members}
public static void main(String[] args) throws Throwable { ${body} } }\n`,
  );

/**
 * A C program that makes each of these calls and says which the kernel did: those that came to -1 were refused.
 */
export const attempts = (calls: readonly string[], before = ""): Program =>
  cMain(
    calls.map((call) => `if ((long)(${call}) != -1) { puts(${JSON.stringify(call)}); fflush(stdout); }`).join("\n"),
    before,
  );
