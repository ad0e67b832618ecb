import { c, cMain, type HostileProgram, java, javascript, python } from "../hostile.ts";

const seesAlone = {
  program: python("import os\nprint(len([p for p in os.listdir('/proc') if p.isdigit()]))"),
  says: "2\n",
};

/** Class B: too many processes, and processes that nobody can end. */
export const processes: readonly HostileProgram[] = [
  {
    class: "B",
    kind: "program",
    name: "fork bomb",
    tries: "forks as fast as it can, in each process",
    programs: [
      cMain("for (;;) fork();"),
      python("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
    ],
    limits: { cpuMs: 700, wallMs: 3_000 },
    ends: ["time-limit", "memory-limit"],
  },
  {
    class: "B",
    kind: "program",
    name: "fork bomb of a shell",
    tries: "the famous one, which pipes each copy into another",
    programs: [python("import os\nos.execv('/bin/sh', ['sh', '-c', 'f() { f | f & }; while :; do f; done'])")],
    limits: { cpuMs: 700, wallMs: 3_000 },
    // A shell that may not fork gives up.
    ends: ["time-limit", "memory-limit", "runtime-error"],
  },
  {
    class: "B",
    kind: "program",
    name: "fork bomb of sessions",
    tries:
      "forks twice and begins a new session each time, so that no process group holds them; the first ends at once",
    programs: [
      cMain(
        "for (int i = 0; i < 12; i++) if (!fork()) for (;;) { setsid(); if (fork() > 0) _exit(0); fork(); } usleep(200000);",
      ),
      python(
        "import os, time\nfor i in range(8):\n    if os.fork() == 0:\n        while True:\n            try:\n                os.setsid() if os.getpid() != os.getsid(0) else None\n                if os.fork() > 0: os._exit(0)\n            except OSError: pass\ntime.sleep(0.2)",
      ),
    ],
    limits: { cpuMs: 2_000, wallMs: 3_000 },
    ends: ["exited", "time-limit"],
    // Where processes share nothing, a crowd of them is large.
    gvisor: { ends: ["exited", "time-limit", "memory-limit"] },
  },
  {
    class: "B",
    kind: "program",
    name: "storm of exec",
    tries: "starts programs that start programs, none of which lives for long",
    programs: [
      cMain('if (fork() == 0) execv("/proc/self/exe", words);\nexecv("/proc/self/exe", words);'),
      python("import os\nos.execv('/bin/sh', ['sh', '-c', 'while :; do /bin/true & /bin/true & /bin/true; done'])"),
      javascript(
        'const { spawn } = require("node:child_process"); const again = () => { const p = spawn("/bin/true"); p.on("error", () => setImmediate(again)); p.on("exit", again); }; for (let i = 0; i < 20; i++) again();',
      ),
    ],
    limits: { cpuMs: 700, wallMs: 3_000 },
    ends: ["time-limit", "memory-limit"],
  },
  {
    class: "B",
    kind: "program",
    name: "thread bomb",
    tries: "starts threads until there can be no more, and then waits",
    programs: [
      c(
        "static void *rest(void *p) { for (;;) pause(); return p; }\nint main(void) { pthread_t t; for (;;) pthread_create(&t, 0, rest, 0); }",
      ),
      python(
        "import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(60,)).start()\n    except RuntimeError: pass",
      ),
    ],
    limits: { cpuMs: 500, wallMs: 3_000 },
    ends: ["time-limit", "memory-limit"],
  },
  {
    class: "B",
    kind: "program",
    name: "thread bomb of a virtual machine",
    tries: "starts Java threads until there can be no more",
    programs: [
      java("while (true) new Thread(() -> { try { Thread.sleep(60000); } catch (Exception e) { } }).start();"),
    ],
    limits: { cpuMs: 1_500, wallMs: 5_000 },
    ends: ["time-limit", "memory-limit", "runtime-error"],
  },
  {
    class: "B",
    kind: "program",
    name: "fifty sleepers",
    tries: "ends at once and leaves fifty children asleep, each in a session of its own",
    programs: [
      cMain("for (int i = 0; i < 50; i++) if (!fork()) { setsid(); for (;;) pause(); }"),
      python(
        "import os, time\nfor i in range(50):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(60)",
      ),
      javascript(
        'const { spawn } = require("node:child_process"); for (let i = 0; i < 20; i++) spawn("/bin/sleep", ["60"], { detached: true, stdio: "ignore" }).unref(); setTimeout(() => process.exit(0), 100);',
      ),
    ],
    ends: ["exited"],
    gvisor: { ends: ["exited", "memory-limit"] },
    known:
      "Pages that forked processes still have in common count for each of them. In gVisor an empty Python has seven megabytes of those.",
    next: seesAlone,
  },
  {
    class: "B",
    kind: "program",
    name: "undead daemon",
    tries: "leaves a daemon that ignores every signal and replaces itself by a new process all the time",
    programs: [
      cMain(
        `if (fork() == 0) { setsid(); for (int n = 1; n < 65; n++) signal(n, SIG_IGN); for (int f = 0; f < 3; f++) close(f);
for (;;) { if (fork() > 0) _exit(0); int f = open("/tmp/alive", O_CREAT | O_WRONLY, 0600); close(f); } } usleep(50000);`,
      ),
    ],
    ends: ["exited"],
    next: seesAlone,
  },
  {
    class: "B",
    kind: "program",
    name: "undead pair",
    tries: "two processes that each start the other again when it has gone, in sessions of their own",
    programs: [
      python(
        `import os, time
def watch(other):
    os.setsid()
    while True:
        try: os.kill(other, 0)
        except OSError:
            me = os.getpid()
            if os.fork() == 0: watch(me)
            other = me
        time.sleep(0.001)
if os.fork() == 0:
    watch(os.getppid())
time.sleep(0.05)`,
      ),
    ],
    ends: ["exited"],
    next: seesAlone,
  },
  {
    class: "B",
    kind: "program",
    name: "no burial",
    tries: "fills the process table with children that have ended and that it never waits for",
    programs: [cMain("for (;;) if (fork() == 0) _exit(0);")],
    limits: { cpuMs: 500, wallMs: 1_000 },
    ends: ["time-limit"],
    next: seesAlone,
  },
  {
    class: "B",
    kind: "program",
    name: "signals to everybody",
    tries: "sends every signal to all processes, to the first one, and to every process group",
    programs: [
      cMain(
        'for (int n = 1; n < 65; n++) if (n != SIGCHLD) { kill(-1, n); kill(1, n); kill(-2, n); syscall(SYS_tgkill, 1, 1, n); }\nkill(-1, SIGKILL); kill(1, SIGKILL); kill(1, SIGSTOP); puts("here");',
      ),
      python(
        "import os, signal\nfor n in signal.valid_signals():\n    for p in (-1, 1):\n        try: os.kill(p, n)\n        except OSError: pass\nprint('here')",
      ),
    ],
    ends: ["exited"],
    says: "here\n",
  },
  {
    class: "B",
    kind: "program",
    name: "children of the first process",
    tries:
      "has its children made as children of the sandbox's first process (CLONE_PARENT), and ends with a code of theirs",
    programs: [
      cMain(
        `for (int i = 0; i < 20; i++) { long p = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0); if (p == 0) _exit(0); }
usleep(20000); _exit(7);`,
      ),
    ],
    ends: ["runtime-error"],
    look: (end) => (end.exitCode === 7 ? undefined : `its exit code is ${end.exitCode}`),
  },
  {
    class: "B",
    kind: "program",
    name: "Node in Node in Node",
    tries: "starts itself again and again, each time with tens of megabytes",
    programs: [
      javascript(
        'const { spawn } = require("node:child_process"); for (let i = 0; i < 3; i++) spawn(process.execPath, [__filename], { stdio: "ignore" }); setInterval(() => {}, 1000);',
      ),
    ],
    limits: { cpuMs: 3_000, wallMs: 4_000 },
    ends: ["memory-limit", "time-limit", "runtime-error"],
  },
];
