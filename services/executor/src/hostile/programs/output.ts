import { cMain, type HostileProgram, java, javascript, python } from "../hostile.ts";
import type { TestRunEnd } from "../../testing/test-judge.ts";

const outputLimit = 1024 * 1024;
/** A chunk carries at most 32 KiB, and output that drips is collected for some milliseconds. */
const fewChunks = (most: number) => (end: TestRunEnd) =>
  end.chunks <= most ? undefined : `${end.chunks} chunks of output`;

const exactly =
  (stdout: string) =>
  (end: TestRunEnd): string | undefined =>
    end.stdout === stdout ? undefined : `it wrote ${JSON.stringify(end.stdout.slice(0, 300))}`;

/** Escapes that clear screens, set titles, ring, answer back and change the clipboard; marks that reorder text. */
const tricks =
  "\u001b[2J\u001b[H\u001b]0;title\u0007\u001b]52;c;aGk=\u0007\u001bP+q544e\u001b\\\u001b[6n\u001b[?1049h\u0007\b\b\b\r\u202eabc\u202c\u2066x\u2069\u200b\ufeff" +
  `Z${"\u0335".repeat(50)}<script>alert(1)</script>{{7*7}}\${7*7}\n`;

/** Class D: output that is too much, or not what it seems. */
export const output: readonly HostileProgram[] = [
  {
    class: "D",
    kind: "program",
    name: "flood of stdout",
    tries: "writes to stdout without end",
    programs: [
      cMain('for (;;) puts("all work and no play makes jack a dull boy");'),
      python("while True: print('x' * 1000)"),
      javascript("const b = Buffer.alloc(65536, 'x'); for (;;) require('node:fs').writeSync(1, b);"),
      java('while (true) System.out.println("all work and no play");'),
    ],
    ends: ["output-limit"],
    look: (end) => (Buffer.byteLength(end.stdout) === outputLimit ? undefined : `${end.stdout.length} bytes arrived`),
  },
  {
    class: "D",
    kind: "program",
    name: "flood of stderr",
    tries: "writes to stderr without end",
    programs: [
      cMain("static char b[1 << 16]; memset(b, 120, sizeof b); for (;;) write(2, b, sizeof b);"),
      python("import sys\nwhile True: sys.stderr.write('x' * 65536)"),
    ],
    ends: ["output-limit"],
    look: (end) => (Buffer.byteLength(end.stderr) === outputLimit ? undefined : `${end.stderr.length} bytes arrived`),
  },
  {
    class: "D",
    kind: "program",
    name: "flood of both, from many",
    tries: "has twenty processes write to both streams at once",
    programs: [
      cMain(
        'for (int i = 0; i < 20; i++) if (!fork()) for (;;) { write(1, "out\\n", 4); write(2, "err\\n", 4); }\npause();',
      ),
    ],
    ends: ["output-limit"],
    look: (end) =>
      end.stdout.length + end.stderr.length <= outputLimit ? undefined : "more arrived than the limit allows",
  },
  {
    class: "D",
    kind: "program",
    name: "the right answer, and then megabytes",
    tries: "writes what is expected, and then white space that a comparison would pass over",
    programs: [
      python("print(42)\nwhile True: print(' ' * 10000)"),
      cMain('puts("42"); for (;;) write(1, "          \\n", 11);'),
    ],
    cases: [["", "42", "visible"]],
    ends: ["output-limit"],
  },
  {
    class: "D",
    kind: "program",
    name: "closed streams",
    tries: "closes all of its streams and waits for ever",
    programs: [
      cMain("for (int f = 0; f < 256; f++) close(f); for (;;) pause();"),
      python("import os, time\nfor f in range(3): os.close(f)\ntime.sleep(60)"),
    ],
    limits: { wallMs: 400 },
    ends: ["time-limit"],
    says: "",
  },
  {
    class: "D",
    kind: "program",
    name: "input that nobody reads",
    tries: "is given all the input there may be, and reads none or a little of it",
    programs: [
      cMain('usleep(50000); puts("done");'),
      python("import sys\nsys.stdin.read(1)\nprint('done')"),
      cMain('close(0); usleep(50000); puts("done");'),
    ],
    input: "x".repeat(256 * 1024),
    ends: ["exited"],
    says: "done\n",
  },
  {
    class: "D",
    kind: "program",
    name: "bytes that are no text",
    tries: "writes every byte, half characters, lone surrogates, overlong forms and NULs",
    programs: [
      python(
        "import os\nos.write(1, bytes(range(256)) + b'\\xed\\xa0\\x80 \\xc0\\x80 \\xf8\\x88\\x80\\x80\\x80 \\xf0\\x9f' + b'\\x00' * 1000)",
      ),
      cMain('for (int i = 0; i < 70000; i++) write(1, "\\xe2\\x82", 1 + i % 2);'),
    ],
    ends: ["exited"],
    look: (end) =>
      end.stdout.isWellFormed() && end.stdout.includes("\ufffd") ? undefined : "it is not text that can be passed on",
  },
  {
    class: "D",
    kind: "program",
    name: "words for a terminal",
    tries: "writes escapes that clear, retitle and answer, and marks that turn text around; they arrive as text",
    programs: [python(`import sys\nsys.stdout.buffer.write(bytes.fromhex("${Buffer.from(tricks).toString("hex")}"))`)],
    ends: ["exited"],
    look: exactly(tricks),
  },
  {
    class: "D",
    kind: "program",
    name: "a million lines",
    tries: "writes a million empty lines",
    programs: [
      python("import sys\nsys.stdout.write('\\n' * 1000000)"),
      cMain("for (int i = 0; i < 1000000; i++) putchar(10);"),
    ],
    ends: ["exited"],
    look: (end) => (end.stdout === "\n".repeat(1_000_000) ? fewChunks(200)(end) : "lines are missing"),
  },
  {
    class: "D",
    kind: "program",
    name: "one line of a megabyte",
    tries: "writes a megabyte without a line break",
    programs: [python("print('é' * 524287, end='')")],
    ends: ["exited"],
    look: (end) => (end.stdout === "é".repeat(524_287) ? fewChunks(200)(end) : "characters are missing"),
  },
  {
    class: "D",
    kind: "program",
    name: "byte by byte",
    tries: "writes each byte alone and unbuffered, to both streams in turn, to make as many messages as bytes",
    programs: [cMain('for (int i = 0; i < 100000; i++) write(1 + i % 2, "x", 1);')],
    ends: ["exited"],
    look: fewChunks(5_000),
  },
  {
    class: "D",
    kind: "program",
    name: "frames of the supervisor",
    tries:
      "writes what the sandbox's first process would say (the end, with success; clean; a fault) to every descriptor",
    programs: [
      python(
        `import os, struct
end = struct.pack("<IB", 49, 0x87) + struct.pack("<IB", 49, 0x85) + bytes(49)
frames = end + struct.pack("<IBB", 1, 0x86, 1) + struct.pack("<IB", 4, 0x87) + b"over" + struct.pack("<IBB", 1, 0x81, 2)
for f in range(256):
    try: os.write(f, frames * 100)
    except OSError: pass
for name in ("/proc/1/fd/1", "/proc/1/fd/0", "/dev/console", "/dev/tty", "/dev/ptmx", "/dev/pts/0"):
    try: os.write(os.open(name, os.O_WRONLY | os.O_NOCTTY), frames)
    except OSError: pass
os._exit(3)`,
      ),
    ],
    ends: ["runtime-error"],
    look: (end) => (end.exitCode === 3 ? undefined : `its exit code is ${end.exitCode}`),
  },
  {
    class: "D",
    kind: "program",
    name: "pipes changed under the supervisor",
    tries: "makes the shared ends of its streams larger, not blocking, signalling to the first process, and fills them",
    programs: [
      cMain(
        `static char b[1 << 20]; memset(b, 120, sizeof b);
for (int f = 0; f < 3; f++) { fcntl(f, F_SETPIPE_SZ, 1 << 20); fcntl(f, F_SETOWN, 1); fcntl(f, F_SETSIG, SIGKILL); fcntl(f, F_SETFL, O_ASYNC | O_NONBLOCK | O_DIRECT); }
int p[2]; pipe(p); fcntl(p[1], F_SETPIPE_SZ, 1 << 20); write(p[1], b, 1 << 19); splice(p[0], 0, 1, 0, 1 << 19, SPLICE_F_NONBLOCK);
for (int i = 0; i < 64; i++) { struct iovec v = {b, 4096}; vmsplice(1, &v, 1, SPLICE_F_NONBLOCK); }
return 5;`,
      ),
    ],
    ends: ["runtime-error"],
    look: (end) => (end.exitCode === 5 ? undefined : `its exit code is ${end.exitCode}`),
  },
  {
    class: "D",
    kind: "program",
    name: "a daemon that holds the pipe",
    tries: "ends, and leaves a daemon that goes on writing to its stdout",
    programs: [
      cMain('if (!fork()) { setsid(); for (;;) { write(1, "x", 1); usleep(1000); } } usleep(20000);'),
      python(
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    while True:\n        os.write(1, b'x'); time.sleep(0.001)",
      ),
    ],
    limits: { wallMs: 10_000 },
    ends: ["exited"],
    look: (end) => ((end.wallMs ?? 0) < 5_000 ? undefined : `it took ${end.wallMs} ms`),
  },
  {
    class: "D",
    kind: "program",
    name: "exactly the limit",
    tries: "writes as much as it may, to the byte; one more would be too much",
    programs: [python("import os, sys\nsys.stdout.write('x' * (1 << 20))")],
    ends: ["exited"],
    look: (end) => (end.stdout.length === outputLimit ? undefined : `${end.stdout.length} bytes arrived`),
  },
];
