import { attempts, c, cMain, type HostileProgram, javascript, python } from "../hostile.ts";

const poison = `import os
home = "/work"
lines = "import os; os.write(1, b'poisoned')\\n"
shell = "echo poisoned\\n"
for name in (".bashrc", ".profile", ".bash_profile", ".bash_logout", ".zshrc", ".gdbinit", ".inputrc", ".npmrc", ".node_repl_history", ".curlrc", ".gitconfig", ".vimrc", ".netrc", ".lldbinit", ".mavenrc", ".javarc"):
    open(f"{home}/{name}", "w").write(shell)
for name in ("sitecustomize.py", "usercustomize.py", "os.py", "json.py", "encodings.py", "site.py", "pyvenv.cfg", "python3._pth", ".pythonrc.py", "main.cpython-313.pyc"):
    for place in ("/work", "/tmp", "/dev/shm"): open(f"{place}/{name}", "w").write(lines)
site = f"{home}/.local/lib/python3.13/site-packages"; os.makedirs(site); open(f"{site}/x.pth", "w").write(lines); open(f"{site}/usercustomize.py", "w").write(lines)
os.makedirs(f"{home}/node_modules/fs"); open(f"{home}/node_modules/fs/index.js", "w").write("console.log('poisoned')"); open(f"{home}/package.json", "w").write('{"type": "module"}')
for place in ("/work", "/tmp"):
    for tool in ("python3", "sh", "ls", "cc", "gcc", "as", "ld", "collect2", "cc1", "java", "node"):
        open(f"{place}/{tool}", "w").write("#!/bin/sh\\necho poisoned\\n"); os.chmod(f"{place}/{tool}", 0o755)
for name in ("ld.so.preload", "ld.so.cache", "libc.so.6", "specs", "Main.class", "main", "a.out", "tsconfig.json", "@types"):
    if not os.path.exists(f"/work/{name}"): open(f"/work/{name}", "w").write("poisoned")
os.environ["PATH"] = "/work:/tmp"; os.environ["LD_PRELOAD"] = "/work/libc.so.6"; os.environ["PYTHONSTARTUP"] = "/work/os.py"; os.environ["NODE_OPTIONS"] = "--require /work/node_modules/fs"
print("done")`;

/** Class F: what one run leaves to the next, or tells to another. */
export const leftBehind: readonly HostileProgram[] = [
  {
    class: "F",
    kind: "program",
    name: "poisoned home",
    tries: "leaves start-up files, modules, tools and libraries of its own where the next run would find them first",
    programs: [python(poison)],
    ends: ["exited"],
    says: "done\n",
    next: {
      program: python(
        "import json, os, subprocess, sys\nprint(sorted(os.listdir('/work')), os.listdir('/tmp'), os.listdir('/dev/shm'), os.environ['PATH'], sorted(os.environ))\nprint(subprocess.run(['sh', '-c', 'ls /work'], capture_output=True, text=True).stdout, end='')",
      ),
      says: "['main.py'] [] [] /usr/local/bin:/usr/bin:/bin ['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONUNBUFFERED']\nmain.py\n",
    },
  },
  {
    class: "F",
    kind: "program",
    name: "poisoned modules",
    tries: "leaves modules for Node to find before its own, and a cache for its compiler",
    programs: [
      javascript(
        `const fs = require("node:fs");
for (const name of ["fs", "os", "path", "left-pad"]) for (const top of ["/work", "/tmp"]) { fs.mkdirSync(top + "/node_modules/" + name, { recursive: true }); fs.writeFileSync(top + "/node_modules/" + name + "/index.js", "console.log('poisoned')"); }
fs.writeFileSync("/work/package.json", '{ "type": "module", "imports": { "#x": "./x.js" } }'); fs.writeFileSync("/work/.noderc", "x"); fs.writeFileSync("/work/tsconfig.json", '{ "extends": "/etc/passwd" }'); console.log("done");`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
    next: {
      program: javascript(
        'try { require("left-pad"); } catch (error) { console.log(error.code, require("node:fs").readdirSync("/work").join()); }',
      ),
      says: "MODULE_NOT_FOUND main.js\n",
    },
  },
  {
    class: "F",
    kind: "program",
    name: "a message for the next test case",
    tries: "leaves the number of the case in files, memory, locks and names, and looks for it in the next case",
    programs: [
      python(
        `import os, socket
n = int(input())
found = []
for place in ("/work", "/tmp", "/dev/shm", "/var/tmp", "/run/lock", "/dev/mqueue"):
    try: found += [f for f in os.listdir(place) if f.startswith("case")]
    except OSError: pass
for path in ("main.py", "/proc/self/comm"):
    try: found += [line for line in open(path).read().split() if line[:5] == "case:" and line[5:].isdigit()]
    except OSError: pass
s = socket.socket(socket.AF_UNIX)
try: s.connect("\\0case"); found.append("socket")
except OSError: pass
for place in ("/work", "/tmp", "/dev/shm"):
    open(f"{place}/case{n}", "w").close(); os.chmod(f"{place}/case{n}", 0o777); os.mkdir(f"{place}/case-{n}", 0o777)
try: open("main.py", "a").write(f"\\n# case:{n}")
except OSError: pass
if os.fork() == 0:
    os.setsid(); s.bind("\\0case"); s.listen()
    for f in range(3): os.close(f)
    import time; time.sleep(60)
print(found)`,
      ),
    ],
    cases: [1, 2, 3].map((n) => [String(n), "[]", "visible"]),
    ends: ["accepted"],
  },
  {
    class: "F",
    kind: "program",
    name: "another program for the next test case",
    tries: "replaces the compiled program, its libraries and its sources by others during the first case",
    programs: [
      cMain(
        `int n = 0; scanf("%d", &n); const char *names[] = {"/work/main", "/work/main.c", "/proc/self/exe"};
for (int i = 0; i < 3; i++) { int f = open(names[i], O_WRONLY); if (f >= 0) { puts("open"); close(f); } if (!chmod(names[i], 0777)) puts("chmod"); if (i < 2 && !rename("/work/x", names[i])) puts("rename"); if (i < 2 && !unlink(names[i])) puts("unlink"); }
if (!rename("/work", "/work2") || !rmdir("/work") || !chmod("/work", 0)) puts("work"); puts("untouched");`,
      ),
    ],
    cases: [1, 2].map((n) => [String(n), "untouched", "visible"]),
    ends: ["accepted"],
  },
  {
    class: "F",
    kind: "program",
    name: "inter-process memory",
    tries: "makes System V and POSIX shared memory, semaphores and message queues, which outlive processes",
    programs: [
      attempts([
        "shmget(77, 4096, IPC_CREAT | 0666)",
        "syscall(SYS_semget, 77, 1, IPC_CREAT | 0666)",
        "syscall(SYS_msgget, 77, IPC_CREAT | 0666)",
        'syscall(SYS_mq_open, "greenroom-hostile", O_CREAT | O_RDWR, 0666, 0)',
        'open("/dev/mqueue/greenroom-hostile", O_CREAT | O_RDWR, 0666)',
      ]),
    ],
    ends: ["exited"],
    says: "",
    next: {
      program: attempts([
        "shmget(77, 4096, 0666)",
        "syscall(SYS_semget, 77, 1, 0666)",
        "syscall(SYS_msgget, 77, 0666)",
        'syscall(SYS_mq_open, "greenroom-hostile", O_RDWR)',
      ]),
      says: "",
    },
  },
  {
    class: "F",
    kind: "program",
    name: "keys in the kernel",
    tries: "stores a message in the kernel's keyrings, which belong to a user and outlive processes",
    programs: [
      attempts([
        'syscall(SYS_add_key, "user", "greenroom-hostile", "secret", 6, -4)',
        'syscall(SYS_add_key, "user", "greenroom-hostile", "secret", 6, -5)',
        "syscall(SYS_keyctl, 0, -3, 1)",
        "syscall(SYS_keyctl, 1, 0)",
        'syscall(SYS_request_key, "user", "greenroom-hostile", 0, -4)',
      ]),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "F",
    kind: "program",
    name: "sockets with names",
    tries: "leaves daemons that listen on abstract and named Unix sockets, and on a port of the loopback",
    programs: [
      python(
        `import os, socket, time
for family, address in ((socket.AF_UNIX, "\\0greenroom"), (socket.AF_UNIX, "/tmp/greenroom"), (socket.AF_INET, ("127.0.0.1", 4711))):
    s = socket.socket(family)
    try: s.bind(address); s.listen()
    except OSError: continue
    if os.fork() == 0:
        os.setsid()
        for f in range(3): os.close(f)
        while True: s.accept()
print("done")`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
    next: {
      program: python(
        `import socket
for family, address in ((socket.AF_UNIX, "\\0greenroom"), (socket.AF_UNIX, "/tmp/greenroom"), (socket.AF_INET, ("127.0.0.1", 4711))):
    try: socket.socket(family).connect(address); print("connected")
    except OSError: print("nobody")`,
      ),
      says: "nobody\nnobody\nnobody\n",
    },
  },
  {
    class: "F",
    kind: "program",
    name: "locks that are held",
    tries: "leaves daemons that hold locks and leases on files that the next run needs, and fifos nobody opens",
    programs: [
      python(
        `import fcntl, os, time
os.mkfifo("/work/fifo"); os.mkfifo("/tmp/stdin")
if os.fork() == 0:
    os.setsid()
    held = []
    for name in ("/usr/bin/python3", "/etc/passwd", "/supervisor", "/work/main.py", "/work", "/tmp", "/lib"):
        try:
            f = os.open(name, os.O_RDONLY); held.append(f); fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.fcntl(f, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError: pass
    os.close(0); os.close(1); os.close(2); time.sleep(60)
time.sleep(0.05)
print("done")`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
    next: {
      program: python(
        `import fcntl, os
for name in ("/usr/bin/python3", "/etc/passwd", "/work/main.py"): fcntl.flock(os.open(name, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
print("free")`,
      ),
      says: "free\n",
    },
  },
  {
    class: "F",
    kind: "program",
    name: "lower limits and odd habits",
    tries: "lowers its limits, its umask, its affinity, its timer slack and its root, to be inherited by the next run",
    programs: [
      c(
        `int main(void) { struct rlimit none = {0, 0}; cpu_set_t set; CPU_ZERO(&set); CPU_SET(0, &set); sched_setaffinity(0, sizeof set, &set); sched_setaffinity(1, sizeof set, &set);
umask(0777); chdir("/proc"); prctl(PR_SET_TIMERSLACK, 1000000000UL); prctl(PR_SET_NAME, "supervisor"); prctl(PR_SET_CHILD_SUBREAPER, 1); prctl(PR_SET_THP_DISABLE, 1); setpgid(0, 0);
setrlimit(RLIMIT_NPROC, &none); setrlimit(RLIMIT_NOFILE, &none); setrlimit(RLIMIT_STACK, &none); setrlimit(RLIMIT_AS, &none); return 0; }`,
      ),
    ],
    ends: ["exited"],
    next: {
      program: cMain(
        `struct rlimit l; getrlimit(RLIMIT_NOFILE, &l); char name[16]; prctl(PR_GET_NAME, name);
cpu_set_t set; sched_getaffinity(0, sizeof set, &set); printf("%03o %d %s %d\\n", umask(0), (int)l.rlim_cur, name, CPU_COUNT(&set) == sysconf(_SC_NPROCESSORS_ONLN));`,
      ),
      says: "022 256 main 1\n",
    },
  },
  {
    class: "F",
    kind: "program",
    name: "terminals used up",
    tries: "opens pseudo-terminals, inotify watchers and epoll sets until it may have no more, and leaves them open",
    programs: [
      python(
        `import os, ctypes, time
libc = ctypes.CDLL(None)
for n in range(20):
    if os.fork() == 0:
        os.setsid()
        for f in range(3): os.close(f)
        for i in range(250):
            try: os.openpty()
            except OSError: break
        for i in range(100): libc.inotify_init(); libc.epoll_create1(0)
        time.sleep(60)
time.sleep(0.2)
print("done")`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
    next: { program: python("import os\nos.openpty()\nprint('one is left')"), says: "one is left\n" },
  },
  {
    class: "F",
    kind: "program",
    name: "other channels",
    tries: "asks for what once let sandboxes talk: io_uring, virtual sockets, crypto sockets, netlink, file handles",
    programs: [
      attempts([
        "syscall(SYS_io_uring_setup, 8, calloc(1, 200))",
        "socket(AF_VSOCK, SOCK_STREAM, 0)",
        "socket(AF_ALG, SOCK_SEQPACKET, 0)",
        "socket(AF_NETLINK, SOCK_RAW, 0)",
        "socket(AF_TIPC, SOCK_SEQPACKET, 0)",
        "socket(AF_KEY, SOCK_RAW, 0)",
        "syscall(SYS_open_by_handle_at, AT_FDCWD, calloc(1, 100), 0)",
        "syscall(SYS_fanotify_init, 0, 0)",
        "syscall(SYS_lookup_dcookie, 0, 0, 0)",
      ]),
    ],
    ends: ["exited"],
    says: "",
  },
];
