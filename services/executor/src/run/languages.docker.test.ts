import { coreLanguages } from "@greenroom/shared/languages/core.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

interface Samples {
  /** Writes back what it reads. */
  readonly echo: string;
  /** Fails: with an uncaught exception, or an exit code that is not 0. */
  readonly fails: { readonly source: string; readonly stderr: RegExp };
  /** Not a program of the language; and what the compiler says of it. */
  readonly invalid?: { readonly source: string; readonly says: RegExp };
  /** Takes memory until there is none. */
  readonly hog: string;
}

/** Of the languages that every executor prepares; `npm run test:languages` tries all. */
const samples: Readonly<Record<string, Samples>> = {
  python: {
    echo: "import sys\nsys.stdout.write(sys.stdin.read())",
    fails: { source: "print('before')\nraise ValueError('no')", stderr: /ValueError: no/ },
    hog: "a = []\nwhile True: a.append(bytearray(1 << 20))",
  },
  javascript: {
    echo: "process.stdin.pipe(process.stdout)",
    fails: { source: "throw new Error('no')", stderr: /Error: no/ },
    hog: "const a = []; while (true) a.push(new Array(10000).fill(a.length + 0.5));",
  },
  typescript: {
    echo: 'import { readFileSync } from "node:fs";\nconst text: string = readFileSync(0, "utf8");\nprocess.stdout.write(text);',
    fails: { source: "throw new Error('no')", stderr: /Error: no/ },
    invalid: { source: 'const n: number = "one";\nconsole.log(n);', says: /main\.ts\(1,7\): error TS2322/ },
    hog: "const a: number[][] = []; while (true) a.push(new Array(10000).fill(a.length + 0.5));",
  },
  c: {
    echo: "#include <stdio.h>\nint main(void) { int c; while ((c = getchar()) != EOF) putchar(c); return 0; }",
    fails: { source: "#include <stdlib.h>\nint main(void) { abort(); }", stderr: /^$/ },
    invalid: { source: "int main(void) { return x; }", says: /main\.c:1:\d+: error: .*undeclared/ },
    hog: "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }",
  },
  cpp: {
    echo: "#include <iostream>\nint main() { std::cout << std::cin.rdbuf(); }",
    fails: {
      source: '#include <stdexcept>\nint main() { throw std::runtime_error("no"); }',
      stderr: /what\(\): {2}no/,
    },
    invalid: { source: "int main() { retrun 0; }", says: /main\.cpp:1:\d+: error:/ },
    hog: "#include <vector>\nint main() { std::vector<std::vector<char>> a; for (;;) a.emplace_back(1 << 20, 'x'); }",
  },
  java: {
    echo: "public class Main { public static void main(String[] a) throws Exception { System.in.transferTo(System.out); } }",
    fails: {
      source: 'public class Main { public static void main(String[] a) { throw new IllegalStateException("no"); } }',
      stderr: /IllegalStateException: no/,
    },
    invalid: { source: "public class Main { int x = }", says: /Main\.java:1: error: illegal start of expression/ },
    hog: "import java.util.*; public class Main { public static void main(String[] a) { var l = new ArrayList<byte[]>(); while (true) l.add(new byte[1 << 20]); } }",
  },
};

const rows = coreLanguages.flatMap(({ id, starter }) => {
  const sample = samples[id];
  return sample ? [{ id, starter, ...sample }] : [];
});

it("has a sample of each", () => expect(Object.keys(samples)).toEqual(coreLanguages.map(({ id }) => id)));

describe.each(rows)("$id", (language) => {
  const run = (source: string, stdin = "") => judge.run({ language: language.id, source, stdin, trustDomain: "one" });

  it("runs its starter, and says what that took", async () => {
    const end = await run(language.starter);
    expect(end).toMatchObject({ outcome: "exited", exitCode: 0, signal: null, stdout: "Hello, world!\n", stderr: "" });
    expect(end.compile).toBe("");
    expect(end.wallMs).toBeGreaterThan(0.2);
    expect(end.cpuMs).toBeGreaterThan(0.1);
    expect(end.cpuMs).toBeLessThan((end.wallMs ?? 0) * 2 + 20);
    expect(end.memoryKib).toBeGreaterThan(500);
    expect(end.memoryKib).toBeLessThan(128 * 1024);
    if (language.invalid) expect(end.compileMs).toBeGreaterThan(1);
    else expect(end.compileMs).toBeNull();
  });

  it("gives stdin to the program, whatever is in it", async () => {
    const stdin = `zwölf Boxkämpfer ✓ 🦊\r\n\u0000${"line\n".repeat(20_000)}no newline at the end`;
    const end = await run(language.echo, stdin);
    expect(end).toMatchObject({ outcome: "exited", stderr: "" });
    expect(end.stdout === stdin).toBe(true);
  });

  it("reports a program that fails as a runtime error", async () => {
    const end = await run(language.fails.source);
    expect(end.outcome).toBe("runtime-error");
    expect(end.stderr).toMatch(language.fails.stderr);
    expect(end.exitCode === null).toBe(end.signal !== null);
  });

  const { invalid } = language;
  if (invalid) {
    it("reports what the compiler says, and runs nothing", async () => {
      const end = await run(invalid.source);
      expect(end).toMatchObject({ outcome: "compile-error", exitCode: null, wallMs: null, stdout: "", stderr: "" });
      expect(end.compile).toMatch(invalid.says);
    });
  }

  it("ends a program that takes all memory with memory-limit", async () => {
    const end = await run(language.hog);
    expect(end).toMatchObject({ outcome: "memory-limit" });
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
