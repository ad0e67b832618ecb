import { cMain, type HostileProgram, java, javascript, python } from "../hostile.ts";

/** Searches everything that can be read for a word that no program knows whole. */
const search = (first: string, second: string): string => `import os
needle = ("${first}" + "${second}").encode()
mine = os.getpid()
def look(path):
    try: f = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError: return
    try:
        for _ in range(16):
            part = os.read(f, 1 << 16)
            if needle in part: os.write(1, b"found in " + path.encode() + b"\\n")
            if not part: break
    except OSError: pass
    os.close(f)
for root in ("/work", "/tmp", "/dev/shm", "/run", "/etc", "/var", "/home", "/root", "/opt", "/proc/1", "/proc/net", "/dev/mqueue"):
    for top, dirs, files in os.walk(root):
        for name in files:
            if name != "main.py": look(os.path.join(top, name))
for pid in filter(str.isdigit, os.listdir("/proc")):
    if int(pid) != mine:
        for name in ("environ", "cmdline", "mem", "fd/0", "cwd/case.ans", "root/work/case.ans"): look(f"/proc/{pid}/{name}")
for name in os.environ.values():
    if needle.decode() in name: print("in the environment")
`;

/** Class I: what is none of a program's business. */
export const information: readonly HostileProgram[] = [
  {
    class: "I",
    kind: "program",
    name: "expected output",
    tries: "searches files, processes and memory for the output that is expected of a hidden case",
    programs: [python(`${search("the-answer-", "is-9f3a")}print("nothing")`)],
    cases: [
      ["", "nothing", "visible"],
      ["", "the-answer-is-9f3a", "hidden"],
    ],
    ends: ["wrong-answer"],
    look: (end) => {
      const verdicts = end.cases?.map(({ verdict }) => verdict).join();
      if (verdicts !== "accepted,wrong-answer") return `the cases: ${verdicts}`;
      return JSON.stringify([end, end.streamed]).includes("the-answer-is")
        ? "its result tells what is expected"
        : undefined;
    },
  },
  {
    class: "I",
    kind: "program",
    name: "what the checker sees",
    tries: "searches for the case's input, its expected output and the checker while a checker program decides",
    programs: [python(`${search("the-answer-", "is-9f3a")}print(input())`)],
    cases: [["question", "the-answer-is-9f3a", "hidden"]],
    task: {
      checker: {
        kind: "program",
        program: python(
          "import sys\nsys.exit(42 if open(sys.argv[2]).read() == 'the-answer-is-9f3a' and sys.stdin.read() == 'question\\n' else 43)",
        ),
      },
    },
    ends: ["accepted"],
  },
  {
    class: "I",
    kind: "program",
    name: "how many hidden cases",
    tries: "counts, in what each case can see, how many there are and which it is; and looks at what the result tells",
    programs: [
      python(
        `import os, sys
sys.stdin.read()
seen = [sorted(os.environ), os.listdir("/work"), os.listdir("/tmp"), os.listdir("/proc/self/fd"), sys.argv, os.getppid(), os.environ["SEED"]]
print(hash(str(seen)) == 0, len(seen), seen[0], seen[1], seen[4], seen[5], seen[6])
print("secret words", file=sys.stderr)`,
      ),
    ],
    cases: Array.from({ length: 4 }, (_, n) => [
      String(n),
      "False 7 ['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONHASHSEED', 'PYTHONUNBUFFERED', 'SEED'] ['main.py'] ['main.py'] 1 1",
      "hidden" as const,
    ]),
    ends: ["accepted"],
    look: (end) => {
      const told = JSON.stringify([end.cases, end.streamed, end.stdout, end.stderr]);
      return /secret|HOME|stdout"|message/.test(told) ? "hidden cases tell what they wrote" : undefined;
    },
  },
  {
    class: "I",
    kind: "program",
    name: "an answer by way of the messages",
    tries: "prints its input, to have the message of a hidden case show where it differs from what is expected",
    programs: [python("import sys\nprint(sys.stdin.read()); sys.stderr.write('input was here'); sys.exit(0)")],
    cases: [["input-7c1d", "expected-7c1d", "hidden"]],
    ends: ["wrong-answer"],
    look: (end) =>
      JSON.stringify([end, end.streamed]).includes("7c1d")
        ? "input or expected output of a hidden case are told"
        : undefined,
  },
  {
    class: "I",
    kind: "program",
    name: "other processes",
    tries: "lists processes, and reads every file of those that are not its own",
    programs: [
      python(
        `import os
me = os.getpid()
for pid in filter(str.isdigit, os.listdir("/proc")):
    if int(pid) == me: continue
    if pid != "1": print("sees", pid)
    for name in ("environ", "maps", "mem", "auxv", "stack", "syscall", "io", "pagemap", "smaps", "numa_maps", "personality", "wchan", "mountstats", "timers", "map_files", "fd", "fdinfo", "ns/mnt", "cwd", "root", "exe"):
        path = f"/proc/{pid}/{name}"
        try: print(name, os.readlink(path)); continue
        except OSError: pass
        try: text = open(path, "rb").read(100) if not os.path.isdir(path) else os.listdir(path)
        except OSError: continue
        if text not in (b"", b"0", []): print(name, text)`,
      ),
    ],
    ends: ["exited"],
    says: "",
    gvisor: { says: /^((environ|maps|smaps|auxv|fd|fdinfo|ns\/mnt) .*\n)*$/ },
    known:
      "gVisor shows everybody the first process's environment, which is what the engine gives every container, where its program lies, and how many descriptors it has.",
  },
  {
    class: "I",
    kind: "program",
    name: "secrets of the installation",
    tries: "looks for passwords, tokens, the engine's socket, cloud credentials and the host's files",
    programs: [
      python(
        `import os
for name in ("/etc/shadow", "/etc/gshadow", "/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/root", "/host", "/.dockerenv2", "/proc/kcore", "/proc/kmsg", "/proc/vmallocinfo", "/proc/slabinfo", "/proc/timer_list", "/proc/keys", "/proc/kallsyms", "/proc/modules", "/proc/interrupts", "/sys/kernel/debug", "/sys/firmware/dmi", "/sys/class/dmi/id/product_serial", "/boot", "/run/secrets", "/var/lib/docker"):
    try:
        found = os.listdir(name) if os.path.isdir(name) else open(name, "rb").read(64)
    except OSError: continue
    if found: print(name, found)
for word in ("POSTGRES", "REDIS", "SECRET", "TOKEN", "KEY", "PASS"):
    for key in os.environ:
        if word in key: print(key)
import socket
print(socket.gethostname())`,
      ),
    ],
    ends: ["exited"],
    says: "sandbox\n",
  },
  {
    class: "I",
    kind: "program",
    name: "what it inherits",
    tries: "looks at the descriptors, the environment, the groups and the signals it was born with",
    programs: [
      python(
        `import os, signal
print(sorted(int(n) for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")), os.getgroups(), len(signal.pthread_sigmask(signal.SIG_BLOCK, [])), sorted(os.environ))
print([n for n in range(1, 65) if n not in (9, 19, 32, 33) and signal.getsignal(n) == signal.SIG_IGN])`,
      ),
      javascript(
        'console.log("[0, 1, 2] [] 0 " + JSON.stringify(Object.keys(process.env).sort()).replaceAll(",", ", ").replaceAll(\'"\', "\'"));\nconsole.log("[13, 25]");',
      ),
    ],
    ends: ["exited"],
    // Python itself ignores SIGPIPE and SIGXFSZ.
    says: /^\[0, 1, 2\] \[\] 0 \['HOME', 'LANG', 'PATH'(, 'PYTHON\w+')*\]\n\[13, 25\]\n$/,
  },
  {
    class: "I",
    kind: "program",
    name: "what was in memory before",
    tries: "looks for other people's data in fresh memory, in fresh files and in what was deleted",
    programs: [
      cMain(
        `long n = 64 << 20; unsigned char *p = malloc(n); long seen = 0; for (long i = 0; i < n; i++) seen += p[i] != 0 && i > 64; 
int f = open("/tmp/x", O_CREAT | O_RDWR, 0600); ftruncate(f, 16 << 20); posix_fallocate(f, 0, 16 << 20); char *q = mmap(0, 16 << 20, PROT_READ, MAP_SHARED, f, 0); for (long i = 0; i < 16 << 20; i++) seen += q[i] != 0;
char stack[1 << 20]; (void)stack; printf("%ld\\n", seen);`,
      ),
    ],
    ends: ["exited"],
    says: "0\n",
  },
  {
    class: "I",
    kind: "program",
    name: "the virtual machine's own properties",
    tries: "reads all properties and variables that the virtual machine has, and its command line",
    programs: [
      java(
        `var text = System.getProperties().toString() + System.getenv() + ProcessHandle.current().info().commandLine() + new String(new FileInputStream("/proc/self/mountinfo").readAllBytes());
for (var word : new String[] {"password", "secret", "token", "redis", "postgres", "docker.sock"}) if (text.toLowerCase().contains(word)) System.out.println(word);`,
      ),
    ],
    ends: ["exited"],
    says: "",
  },
];
