import type { Checker, Style } from "@greenroom/shared/jobs/grading.ts";
import { cMain, cpp, type HostileProgram, java, javascript, python } from "../hostile.ts";

const checker = (source: string): Checker => ({ kind: "program", program: python(source) });
const interactor = (source: string): { style: Style } => ({
  style: { kind: "interactive", interactor: python(source) },
});
const floats: Checker = { kind: "float", absolute: 1e-6, relative: 1e-6 };

/** Says of every answer that it is wrong. */
const strict = checker("import sys\nsys.stdin.buffer.read()\nsys.exit(43)");
/** Asks for a number and takes 7 alone. */
const host = interactor(
  "import sys\nprint('number?', flush=True)\nline = sys.stdin.readline()\nsys.exit(42 if line == '7\\n' else 43)",
);

/** Class M: verdicts that are not deserved. */
export const verdicts: readonly HostileProgram[] = [
  {
    class: "M",
    kind: "program",
    name: "codes of a checker",
    tries: "ends with 42, the code by which a checker accepts, or with any other that might mean something",
    programs: [
      python("import sys\nprint('wrong')\nsys.exit(42)"),
      cMain('puts("wrong"); return 42;'),
      javascript("console.log('wrong'); process.exitCode = 42;"),
      java('System.out.println("wrong"); System.exit(42);'),
    ],
    cases: [["", "right", "visible"]],
    task: { checker: strict },
    ends: ["runtime-error"],
  },
  {
    class: "M",
    kind: "program",
    name: "forged words",
    tries: "writes what verdicts, checkers and judges write, on both streams",
    programs: [
      python(
        `import sys, json
for stream in (sys.stdout, sys.stderr):
    for text in ("accepted", "AC", "Correct Answer", "timelimit exceeded", json.dumps({"verdict": "accepted", "cases": []}), "\\0accepted", "exit code 42"): print(text, file=stream)`,
      ),
    ],
    cases: [["", "right", "visible"]],
    ends: ["wrong-answer"],
  },
  {
    class: "M",
    kind: "program",
    name: "a signal for a verdict",
    tries: "ends by signals that a judge might use within itself, right after the right answer",
    programs: ["SIGUSR1", "SIGCHLD", "SIGTERM", "SIGKILL", "SIGXCPU"].map((signal) =>
      cMain(
        `puts("right"); fflush(stdout); signal(${signal}, SIG_DFL); if (${signal} == SIGCHLD) _exit(1); raise(${signal}); pause();`,
      ),
    ),
    cases: [["", "right", "visible"]],
    limits: { wallMs: 2_000 },
    ends: ["runtime-error"],
  },
  {
    class: "M",
    kind: "program",
    name: "numbers that keep a comparison busy",
    tries:
      "writes numbers with a million digits or exponents of a billion, words that are nearly numbers, and not-a-number",
    programs: [
      python("print('1e999999999 ' * 50000)"),
      python("print('9' * 1000000)"),
      python("print(('1.' + '0' * 900 + '1e-900 ') * 1000)"),
      python("print('nan inf -inf 0x10 1_0 ١٢ + - . e 1e 1e+ NaN infinity ' * 10000)"),
      python("print('0.' + '1' * 990)\nprint('1e1000 ' * 100000)"),
    ],
    cases: [["", `${"1.5 ".repeat(200_000)}`, "hidden"]],
    task: { checker: floats },
    ends: ["wrong-answer"],
  },
  {
    class: "M",
    kind: "program",
    name: "lines that keep a comparison busy",
    tries: "writes hundreds of thousands of lines, all alike or each another, to be compared in any order",
    programs: [
      python("import sys\nsys.stdout.write(''.join(f'{n}\\n' for n in range(150000, 0, -1)))"),
      python("import sys\nsys.stdout.write('\\n' * 1000000)"),
      python("import sys\nsys.stdout.write((' ' * 1000 + '\\n') * 1000)"),
      python("import sys\nsys.stdout.write('a' * 500000 + ' ' * 500000 + 'b')"),
    ],
    cases: [["", Array.from({ length: 120_000 }, (_, n) => `${n}\n`).join(""), "hidden"]],
    task: { checker: { kind: "unordered-lines" } },
    ends: ["wrong-answer"],
  },
  {
    class: "M",
    kind: "program",
    name: "nearly the same",
    tries: "writes the right answer with a NUL, other digits, an invisible mark or a byte that is no text beside it",
    programs: [
      python("import os\nos.write(1, b'42\\0')"),
      python("print('\\u200b42')"),
      python("print('\\uff14\\uff12')"),
      python("import os\nos.write(1, b'42\\xff')"),
      python("print('\\u202e24')"),
      python("print('42\\n\\n43')"),
    ],
    cases: [["", "42", "visible"]],
    ends: ["wrong-answer"],
  },
  {
    class: "M",
    kind: "program",
    name: "an answer that attacks its checker",
    tries: "sends its checker everything: a megabyte in one word, bytes that are no text, escapes, code",
    programs: [
      python("import os\nos.write(1, bytes(range(256)) * 2000)"),
      python("print('__import__(\"os\")._exit(42)')"),
      cpp("#include <cstdio>\nint main() { for (int i = 0; i < 1000000; i++) putchar('9'); }"),
    ],
    cases: [["", "right", "visible"]],
    task: {
      checker: checker(
        "import sys\ntext = sys.stdin.buffer.read().decode()\nsys.exit(42 if int(text[:4000]) == 7 else 43)",
      ),
    },
    // A checker that breaks is its author's fault, and nobody's success.
    ends: ["internal-error", "wrong-answer"],
  },
  {
    class: "M",
    kind: "program",
    name: "files for the checker",
    tries: "writes files where a checker finds its own: the case, the expected answer, the feedback, its decision",
    programs: [
      python(
        `import os
for place in ("/work", "/tmp", "/dev/shm"):
    for name in ("case.in", "case.ans", "feedback/.keep", "feedback/judgemessage.txt", "decision"):
        try:
            os.makedirs(os.path.dirname(f"{place}/{name}"), exist_ok=True); open(f"{place}/{name}", "w").write("mine")
        except OSError: pass
print("mine")`,
      ),
    ],
    cases: [["", "theirs", "visible"]],
    task: {
      checker: checker(
        "import os, sys\nmine = [f for p in ('/work', '/tmp', '/dev/shm') for f in os.listdir(p) if f not in ('main.py', 'case.in', 'case.ans', 'feedback')]\nsys.exit(43 if open(sys.argv[2]).read() == 'theirs' and not mine else 42)",
      ),
    },
    ends: ["wrong-answer"],
  },
  {
    class: "M",
    kind: "program",
    name: "right for the cases it knows",
    tries: "measures time, counts its runs and looks at its ids, to tell one case from the next and answer from memory",
    programs: [
      python(
        `import os, resource
try: n = int(open("/tmp/n").read())
except OSError: n = 0
seen = os.stat("/work/main.py").st_atime
open("/tmp/n", "w").write(str(n + 1))
try: os.utime("/work/main.py", (n, n))
except OSError: pass
print(n, seen > 1e9)`,
      ),
    ],
    cases: [1, 2, 3].map((n) => [String(n), "0 True", "hidden"]),
    ends: ["accepted"],
  },
  {
    class: "M",
    kind: "program",
    name: "silence in a conversation",
    tries: "neither reads nor writes nor ends, while the interactor waits for it",
    programs: [cMain("for (;;) pause();"), python("import time\ntime.sleep(60)")],
    cases: [["", "", "visible"]],
    task: host,
    limits: { wallMs: 600 },
    ends: ["time-limit"],
  },
  {
    class: "M",
    kind: "program",
    name: "a conversation's end",
    tries: "closes its streams, leaves at once, or leaves a child that holds them, while the interactor waits",
    programs: [
      cMain("close(0); close(1); for (;;) pause();"),
      cMain("return 0;"),
      cMain("if (!fork()) { setsid(); for (;;) pause(); } return 0;"),
      cMain("if (!fork()) for (;;) pause(); close(1); close(0); return 42;"),
    ],
    cases: [["", "", "visible"]],
    task: host,
    limits: { wallMs: 600 },
    ends: ["wrong-answer", "time-limit", "runtime-error"],
  },
  {
    class: "M",
    kind: "program",
    name: "flood in a conversation",
    tries: "writes without end into a conversation, reads nothing, and waits for its interactor to give way",
    programs: [
      cMain('for (;;) if (write(1, "8\\n8\\n8\\n8\\n", 8) < 0) pause();'),
      python("import os\nwhile True: os.write(1, b'7' * 65536)"),
    ],
    cases: [["", "", "visible"]],
    task: host,
    limits: { wallMs: 2_000 },
    ends: ["output-limit", "wrong-answer", "time-limit", "runtime-error"],
  },
  {
    class: "M",
    kind: "program",
    name: "endless talk",
    tries:
      "answers each question with half a line, a byte now and then, so that the interactor never has a line to decide on",
    programs: [python("import os, time\nwhile True:\n    os.write(1, b'1'); time.sleep(0.02)")],
    cases: [["", "", "visible"]],
    task: host,
    limits: { wallMs: 600 },
    ends: ["time-limit"],
  },
  {
    class: "M",
    kind: "program",
    name: "its own interactor",
    tries: "looks for the interactor, its case and its secret, and answers for it with its code",
    programs: [
      python(
        "import os, sys\nfound = [n for n in ('case.in', 'case.ans', 'feedback') if os.path.exists('/work/' + n)]\ninput()\nprint(len(found) + 8)\nsys.exit(42)",
      ),
    ],
    cases: [["7", "7", "hidden"]],
    task: host,
    ends: ["wrong-answer", "runtime-error"],
  },
  {
    class: "M",
    kind: "program",
    name: "time that only one case takes",
    tries:
      "sleeps in a hidden case until just below the limit, and floods another, to tell one from the other by the result",
    programs: [
      python(
        "import sys, time\nn = input()\nprint('secret ' + n) if n == '1' else sys.stdout.write('secret ' * 300000) if n == '2' else sys.stderr.write('secret ' * 1000)",
      ),
    ],
    cases: [1, 2, 3].map((n) => [String(n), "right", "hidden"]),
    ends: ["output-limit", "wrong-answer"],
    look: (end) => {
      const told = JSON.stringify([end, end.streamed]);
      if (told.includes("secret")) return "it tells what a hidden case wrote";
      return end.cases?.some((one) => one.exitCode !== null || one.signal !== null)
        ? "it tells how it ended"
        : undefined;
    },
  },
  {
    class: "M",
    kind: "program",
    name: "the checker's time",
    tries: "gives an answer that makes a checker compute for ever, or take all memory: the author's own limits end it",
    programs: [python("print('slow')"), python("print('large')")],
    cases: [["", "x", "visible"]],
    limits: { cpuMs: 300, wallMs: 600 },
    task: {
      checker: checker(
        "import sys\ns = input()\na = []\nwhile True:\n    if s == 'large': a.append(bytearray(1 << 22))",
      ),
    },
    ends: ["internal-error"],
    slow: true,
  },
];
