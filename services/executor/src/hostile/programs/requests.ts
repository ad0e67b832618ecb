import { randomUUID } from "node:crypto";
import { freeRun } from "@greenroom/shared/jobs/free-run.ts";
import { cMain, type HostileEntry, program, python } from "../hostile.ts";

/** A job that would be taken, but for one of its parts. */
function jobWith(part: object): unknown {
  const runId = randomUUID();
  return { ...freeRun({ runId, trustDomain: "session:hostile", language: "python", source: "print(1)" }), ...part };
}
const withFiles = (...files: readonly object[]): unknown => jobWith({ program: { language: "python", files } });
const named = (name: string): unknown => withFiles({ name, content: "" });
const graded = (part: object): unknown =>
  jobWith({
    task: {
      kind: "graded",
      style: { kind: "stdin" },
      checker: { kind: "lines" },
      cases: [{ visibility: "hidden", input: "", expected: "" }],
      stopAtFirstFailure: false,
      authorDomain: "problem:hostile",
      seed: 0,
      ...part,
    },
  });
const casesOf = (length: number, input = ""): unknown[] =>
  Array.from({ length }, () => ({ visibility: "hidden", input, expected: "" }));
const limits = (run: object): unknown => {
  const job = freeRun({ runId: randomUUID(), trustDomain: "x", language: "python", source: "" });
  return { ...job, limits: { ...job.limits, run: { ...job.limits.run, ...run } } };
};
const free = (part: object): unknown =>
  jobWith({ task: { kind: "free", input: { kind: "given", text: "" }, arguments: [], ...part } });
/** A request that would be taken, but for one of its parts. */
const body = (part: object): unknown => ({
  program: { language: "python", files: [{ name: "main.py", content: "" }] },
  task: { kind: "free", input: { kind: "given", text: "" }, arguments: [] },
  ...part,
});

const paths = [
  "../x",
  "/etc/passwd",
  "a/../../x",
  "a/./b",
  "..",
  ".",
  "",
  "a//b",
  "/",
  "a/",
  "./a",
  "a/..",
  "C:\\x",
  "..\\x",
  "a\0b",
  "a\nb",
  "\u001b[2J",
  "\u007f",
  "a\tb",
  "x".repeat(256),
  "a/".repeat(8) + "a",
  `${"é".repeat(128)}`,
];
/** For the arguments, names and inputs of a program that says what it got. */
const words = [
  "$(reboot)",
  "`reboot`",
  "; reboot",
  "| reboot",
  "&& reboot",
  "a b",
  "",
  "'",
  '"',
  "\\",
  "\n",
  "*",
  "~",
  "-rf",
  "--",
  "%s%n",
  "$HOME",
  "\u202e",
  "é🦊",
];

/** Class L: what somebody may send. */
export const requests: readonly HostileEntry[] = [
  {
    class: "L",
    kind: "request",
    door: "queue",
    name: "paths that lead elsewhere",
    tries: "names files absolutely, by way of a parent, with control characters, too long or too deep",
    bodies: () => paths.map(named),
  },
  {
    class: "L",
    kind: "request",
    door: "http",
    name: "the same paths over HTTP",
    tries: "sends such names to the judge's own interface",
    // What only bytes can tell is counted again by the executor.
    bodies: () =>
      paths
        .filter((name) => !name.startsWith("é"))
        .map((name) => body({ program: { language: "python", files: [{ name, content: "" }] } })),
  },
  {
    class: "L",
    kind: "request",
    door: "queue",
    name: "too many, too large, twice",
    tries: "sends more files, longer files, two of one name, and a file that is also a folder",
    bodies: () => [
      withFiles(...Array.from({ length: 257 }, (_, n) => ({ name: `f${n}`, content: "" }))),
      withFiles({ name: "main.py", content: "x".repeat(1024 * 1024 + 1) }),
      withFiles({ name: "main.py", content: "🦊".repeat(262_145) }),
      withFiles({ name: "a", content: "" }, { name: "a", content: "" }),
      withFiles({ name: "a", content: "" }, { name: "a/b", content: "" }),
      withFiles(),
      withFiles({ name: "a", content: "$$$$", encoding: "base64" }),
      withFiles({ name: "a", content: "x", encoding: "hex" }),
      withFiles({ name: "a", content: 7 }),
      withFiles({ name: "a", content: null }),
      withFiles({ name: "a", content: ["x"] }),
    ],
  },
  {
    class: "L",
    kind: "request",
    door: "queue",
    name: "limits without bounds",
    tries: "asks for negative, huge, fractional and missing limits, and for limits that are no numbers",
    bodies: () =>
      ["cpuMs", "wallMs", "memoryKib", "outputBytes", "processes", "openFiles", "fileBytes"].flatMap((name) =>
        [
          -1,
          2 ** 31,
          2 ** 53,
          1e308,
          Number.NaN,
          Number.POSITIVE_INFINITY,
          1.5,
          "1000",
          null,
          [],
          {},
          true,
          undefined,
        ].map((value) => limits({ [name]: value })),
      ),
  },
  {
    class: "L",
    kind: "request",
    door: "http",
    name: "the same limits over HTTP",
    tries: "sends such limits, and languages, tasks and callbacks that do not exist, to the judge's own interface",
    bodies: () => [
      ...[-1, 0, 2 ** 53, 1.5, "1000", null].map((wallMs) => body({ limits: { run: { wallMs } } })),
      ...["brainfuck", "__proto__", "constructor", "../python", "", null, 7, ["python"]].map((language) =>
        body({ program: { language, files: [{ name: "a", content: "" }] } }),
      ),
      ...["file:///etc/passwd", "gopher://redis:6379/", "javascript:alert(1)", "ftp://x", "//x", " http://x", 7].map(
        (callback) => body({ callback }),
      ),
      body({ task: { kind: "root" } }),
      body({ task: { kind: "graded", cases: [] } }),
      body({ task: { kind: "graded", cases: casesOf(201) } }),
      body({ task: { kind: "free", input: { kind: "given", text: 7 }, arguments: [] } }),
      body({ task: { kind: "free", input: { kind: "given", text: "" }, arguments: ["a\0b"] } }),
      body({ task: { kind: "free", input: { kind: "terminal", columns: 1e9, rows: -1 }, arguments: [] } }),
      ...[null, 7, "x", [], {}].map((whole) => whole),
    ],
  },
  {
    class: "L",
    kind: "request",
    door: "queue",
    name: "jobs nobody should have made",
    tries: "puts jobs in the queue with other ids, no trust domain, prototypes, unknown tasks, or no shape at all",
    bodies: () => [
      ...[null, 7, "x", [], true].map((data) => data ?? {}),
      jobWith({ runId: "../../x" }),
      jobWith({ runId: 7 }),
      jobWith({ runId: "x".repeat(100_000) }),
      jobWith({ trustDomain: "" }),
      jobWith({ trustDomain: "x".repeat(129) }),
      jobWith({ trustDomain: ["session:a"] }),
      jobWith({ program: { language: "__proto__", files: [{ name: "a", content: "" }] } }),
      jobWith({ program: { language: "toString", files: [{ name: "a", content: "" }] } }),
      jobWith({ task: { kind: "shell" } }),
      jobWith({ task: JSON.parse('{"__proto__": {"kind": "free"}}') as unknown }),
      jobWith({ limits: {} }),
      free({ arguments: ["a\0b"] }),
      free({ arguments: Array(129).fill("") }),
      free({ arguments: ["x".repeat(4_097)] }),
      free({ arguments: Array(20).fill("x".repeat(4_000)) }),
      free({ arguments: "ls" }),
      free({ input: { kind: "given", text: "x".repeat(256 * 1024 + 1) } }),
      free({ input: { kind: "given", text: "🦊".repeat(65_537) } }),
      free({ input: { kind: "file", text: "/etc/passwd" } }),
      free({ input: { kind: "terminal", columns: -1, rows: 1e9 } }),
    ],
  },
  {
    class: "L",
    kind: "request",
    door: "queue",
    name: "graded jobs that cheat",
    tries:
      "has the checker run in the program's own trust domain, more cases, longer cases, and tolerances that are none",
    bodies: () => [
      graded({ authorDomain: "session:hostile" }),
      graded({ authorDomain: "" }),
      graded({ cases: [] }),
      graded({ cases: casesOf(201) }),
      graded({ cases: casesOf(20, "x".repeat(1 << 19)) }),
      graded({ cases: [{ visibility: "shown", input: "", expected: "" }] }),
      graded({ checker: { kind: "float", absolute: -1, relative: 0 } }),
      graded({ checker: { kind: "float", absolute: Number.NaN, relative: 0 } }),
      graded({ checker: { kind: "float", absolute: Number.POSITIVE_INFINITY, relative: 0 } }),
      graded({ checker: { kind: "accept-all" } }),
      graded({ checker: { kind: "program", program: { language: "python", files: [{ name: "../x", content: "" }] } } }),
      graded({ style: { kind: "function", signature: { name: "f); import os; (", parameters: [], returns: "int" } } }),
      graded({ seed: -1 }),
      graded({ seed: 1.5 }),
      graded({ stopAtFirstFailure: "no" }),
    ],
  },
  {
    class: "L",
    kind: "program",
    name: "arguments of a shell",
    tries: "gives its program arguments that a shell would act on; they arrive as they are",
    programs: [
      cMain('for (int i = 1; i < count; i++) printf("%s|", words[i]);'),
      python("import sys\nprint('|'.join(sys.argv[1:]), end='|')"),
    ],
    arguments: words,
    ends: ["exited"],
    says: words.map((word) => `${word}|`).join(""),
  },
  {
    class: "L",
    kind: "program",
    name: "as many arguments as there may be",
    tries: "gives its program 128 arguments, 64 KiB in all",
    programs: [cMain('printf("%d", count); for (int i = 1; i < count; i++) if (strlen(words[i]) != 512) puts("!");')],
    arguments: Array<string>(128).fill("x".repeat(512)),
    ends: ["exited"],
    says: "129",
  },
  {
    class: "L",
    kind: "program",
    name: "odd names",
    tries:
      "has files called like options, commands, hidden files and its neighbours' files, in folders as deep as may be",
    programs: [
      {
        language: "python",
        files: [
          {
            name: "main.py",
            content:
              "import os\nfound = [os.path.relpath(os.path.join(t, f), '/work') for t, d, n in os.walk('/work') for f in n]\nprint(len(found), all(open(f).read() in (f, open('main.py').read()) for f in found))",
          },
          ...[
            "-rf",
            "--help",
            "$(reboot)",
            "`x`",
            "a b",
            "'",
            '"',
            ".bashrc",
            "x;y",
            "a/b/c/d/e/f/g/h",
            "é🦊",
            "\u202etxt",
            "%n",
            "CON",
            "case.in",
            "...",
            "*",
          ].map((name) => ({ name, content: name })),
          { name: "y".repeat(255), content: "y".repeat(255) },
        ],
      },
    ],
    ends: ["exited"],
    says: "19 True\n",
  },
  {
    class: "L",
    kind: "program",
    name: "as many files as there may be",
    tries: "sends 256 files in folders of their own, and a megabyte in all",
    programs: [
      {
        language: "python",
        files: [
          { name: "main.py", content: "import os\nprint(sum(len(n) for t, d, n in os.walk('/work')))" },
          ...Array.from({ length: 255 }, (_, n) => ({ name: `d${n}/a/b/c/d/e/f${n}`, content: "x".repeat(4_000) })),
        ],
      },
    ],
    ends: ["exited"],
    says: "256\n",
  },
  {
    class: "L",
    kind: "program",
    name: "input with everything in it",
    tries: "gives as input every control character, line breaks of all systems, and characters beyond the first plane",
    programs: [python("import sys, hashlib\nprint(len(sys.stdin.buffer.read()))")],
    input: Array.from({ length: 256 }, (_, n) => String.fromCodePoint(n)).join("") + "\r\n\u2028\ufeff🦊".repeat(1_000),
    ends: ["exited"],
    says: `${128 + 2 * 128 + 12 * 1_000}\n`,
  },
  {
    class: "L",
    kind: "program",
    name: "the least limits",
    tries: "asks for as little of everything as it may",
    programs: [program("c", "int main(void) { return 0; }"), python("print(1)")],
    limits: {
      cpuMs: 100,
      wallMs: 100,
      memoryKib: 16 * 1024,
      outputBytes: 1024,
      processes: 1,
      openFiles: 16,
      fileBytes: 0,
    },
    ends: ["exited", "time-limit", "memory-limit", "runtime-error"],
  },
];
