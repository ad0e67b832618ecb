import { attempts, c, cMain, type HostileProgram, java, javascript, python } from "../hostile.ts";

const busy = { cpuMs: 300, wallMs: 5_000 };
const asleep = { wallMs: 400 };

/** Class A: more time than allowed, or time that nobody counts. */
export const time: readonly HostileProgram[] = [
  {
    class: "A",
    kind: "program",
    name: "busy loop",
    tries: "computes without end",
    programs: [
      cMain("for (volatile int i = 0;; i++);"),
      python("while True: pass"),
      javascript("for (;;);"),
      java("for (;;);"),
    ],
    limits: busy,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "asleep after the right answer",
    tries: "answers, and then waits for ever without using any CPU",
    programs: [
      cMain('puts("42"); fflush(stdout); for (;;) pause();'),
      python("import select\nprint(42)\nselect.select([], [], [])"),
      javascript("console.log(42); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);"),
    ],
    limits: asleep,
    ends: ["time-limit"],
    says: "42\n",
  },
  {
    class: "A",
    kind: "program",
    name: "stopped by itself",
    tries: "sends itself SIGSTOP whenever it is awake, having ignored all other signals",
    programs: [
      cMain("for (int n = 1; n < 65; n++) signal(n, SIG_IGN); for (;;) raise(SIGSTOP);"),
      python("import os, signal\nwhile True: os.kill(os.getpid(), signal.SIGSTOP)"),
    ],
    limits: asleep,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "deaf to signals",
    tries: "catches SIGXCPU, SIGTERM and every other signal, and goes on computing",
    programs: [
      c("static void on(int n) { (void)n; }\nint main(void) { for (int n = 1; n < 65; n++) signal(n, on); for (;;); }"),
      python(
        "import signal\nfor n in signal.valid_signals():\n    try: signal.signal(n, lambda *a: None)\n    except OSError: pass\nwhile True: pass",
      ),
    ],
    limits: busy,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "a child that works",
    tries: "lets a child compute, and waits for it without using any CPU itself",
    programs: [
      cMain("if (!fork()) for (;;); wait(0);"),
      python("import os\nif os.fork() == 0:\n    while True: pass\nos.wait()"),
      javascript('require("node:child_process").spawnSync(process.execPath, ["-e", "for (;;);"]);'),
    ],
    limits: busy,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "grandchildren no rusage shows",
    tries:
      "computes in short-lived grandchildren whose parents have ended or ignore their end, so that no wait counts them",
    programs: [
      cMain(
        "signal(SIGCHLD, SIG_IGN);\nfor (;;) { if (!fork()) { if (!fork()) while (clock() < 15000); _exit(0); } usleep(15000); }",
      ),
      python(
        "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            while time.process_time() < 0.015: pass\n        os._exit(0)\n    time.sleep(0.015)",
      ),
    ],
    limits: busy,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "work between two looks",
    tries: "becomes a new program by exec every few milliseconds, and rests in between, to be seen at no look",
    programs: [
      cMain(
        'if (count > 2000) return 0; while (clock() < 4000); struct timespec t = {0, 1000000}; nanosleep(&t, 0);\nif (!fork()) execv("/proc/self/exe", words); int s; wait(&s); execv("/proc/self/exe", words);',
      ),
    ],
    limits: { cpuMs: 300, wallMs: 5_000, processes: 256 },
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "many threads",
    tries: "computes in eight threads at once",
    programs: [
      c(
        "static void *work(void *p) { for (;;); return p; }\nint main(void) { pthread_t t; for (int i = 0; i < 8; i++) pthread_create(&t, 0, work, 0); pause(); }",
      ),
      java("for (int i = 0; i < 8; i++) new Thread(() -> { for (;;); }).start();"),
      javascript(
        'const { Worker } = require("node:worker_threads"); for (let i = 0; i < 3; i++) new Worker("for (;;);", { eval: true });',
      ),
    ],
    limits: busy,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "time of the kernel",
    tries: "uses hardly any time of its own and lets the kernel work: it reads zeros, and drains the entropy pool",
    programs: [
      cMain('static char b[1 << 20]; int f = open("/dev/zero", O_RDONLY); for (;;) read(f, b, sizeof b);'),
      cMain('static char b[1 << 20]; int f = open("/dev/random", O_RDONLY); for (;;) read(f, b, sizeof b);'),
      python("import os\nwhile True: os.urandom(1 << 20)"),
    ],
    limits: busy,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "storm of timers",
    tries: "has a hundred timers ring every few microseconds, like a cron of its own, and waits for none",
    programs: [
      c(
        `static void on(int n) { (void)n; }
int main(void) { signal(SIGRTMIN, on); struct itimerspec often = {{0, 5000}, {0, 5000}};
for (int i = 0; i < 100; i++) { timer_t t; struct sigevent e = {0}; e.sigev_notify = SIGEV_SIGNAL; e.sigev_signo = SIGRTMIN;
if (!timer_create(CLOCK_MONOTONIC, &e, &t)) timer_settime(t, 0, &often, 0); } for (;;) pause(); }`,
      ),
    ],
    limits: { cpuMs: 300, wallMs: 1_500 },
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "before all others",
    tries: "asks for a better priority, a real-time scheduler and the disk's first place",
    programs: [
      attempts([
        "setpriority(PRIO_PROCESS, 0, -20)",
        "setpriority(PRIO_PROCESS, 0, 0)",
        "setpriority(PRIO_PROCESS, 1, 19)",
        "sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){1})",
        "sched_setscheduler(0, SCHED_RR, &(struct sched_param){99})",
        "sched_setscheduler(1, SCHED_OTHER, &(struct sched_param){0})",
        "syscall(SYS_ioprio_set, 1, 0, 1 << 13)",
        "syscall(SYS_ioprio_set, 1, 1, 3 << 13)",
      ]),
    ],
    ends: ["exited"],
    says: "",
    gvisor: { says: /^(set.*\(.*\n|sched_set.*\(.*\n)*$/ },
    known: "gVisor notes a priority, of the first process's too, and does nothing with it.",
  },
  {
    class: "A",
    kind: "program",
    name: "other clocks",
    tries: "sets the machine's clocks, or slows them down",
    programs: [
      attempts([
        "clock_settime(CLOCK_REALTIME, &(struct timespec){1, 0})",
        "clock_settime(CLOCK_MONOTONIC, &(struct timespec){1, 0})",
        "settimeofday(&(struct timeval){1, 0}, 0)",
        "adjtimex(&(struct timex){.modes = ADJ_FREQUENCY, .freq = 1})",
        "clock_adjtime(CLOCK_REALTIME, &(struct timex){.modes = ADJ_TICK, .tick = 9000})",
        'open("/dev/rtc0", O_RDWR)',
        'write(open("/proc/self/timens_offsets", O_WRONLY), "monotonic 100 0", 15)',
      ]),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "A",
    kind: "program",
    name: "higher limits",
    tries: "raises its own limits, and sets those of the first process",
    programs: [
      attempts(
        // gVisor's programs have no limit on their CPU time but the supervisor's, and none means one of nothing when one is added.
        "FSIZE NOFILE NPROC STACK CORE MEMLOCK"
          .split(" ")
          .flatMap((limit) => [
            `setrlimit(RLIMIT_${limit}, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY})`,
            `more(RLIMIT_${limit})`,
          ])
          .concat([
            "syscall(SYS_prlimit64, 1, RLIMIT_CPU, &(struct rlimit){1, 1}, 0)",
            "syscall(SYS_prlimit64, 1, RLIMIT_NOFILE, 0, &(struct rlimit){1, 1})",
            "setrlimit(RLIMIT_CPU, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY})",
            "more(RLIMIT_CPU)",
          ]),
        "static int more(int which) { struct rlimit l; getrlimit(which, &l); l.rlim_cur = ++l.rlim_max; return setrlimit(which, &l); }",
      ),
    ],
    ends: ["exited"],
    says: "",
    gvisor: { ends: ["exited", "runtime-error"], says: /^(setrlimit\(RLIMIT_CPU, .*\n)?$/ },
  },
  {
    class: "A",
    kind: "program",
    name: "catastrophic pattern",
    tries: "matches a regular expression that takes exponential time, in code that no signal handler interrupts",
    programs: [
      python("import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')"),
      javascript("/^(a+)+$/.test('a'.repeat(60) + 'b');"),
    ],
    limits: busy,
    ends: ["time-limit"],
  },
  {
    class: "A",
    kind: "program",
    name: "work after the end",
    tries: "ends at once and leaves a daemon of another session computing",
    programs: [
      cMain(
        "if (!fork()) { setsid(); if (!fork()) { for (int f = 0; f < 3; f++) close(f); for (;;); } _exit(0); } wait(0); usleep(20000);",
      ),
      python("import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass"),
    ],
    ends: ["exited"],
  },
  {
    class: "A",
    kind: "program",
    name: "parent held by vfork",
    tries: "waits in a vfork for a child that never ends, in a sleep that no ordinary signal interrupts",
    programs: [cMain("if (!vfork()) for (;;) pause();")],
    limits: asleep,
    ends: ["time-limit"],
  },
];
