import { attempts, c, cMain, cpp, type HostileProgram, java, javascript, python } from "../hostile.ts";

const mib64 = { memoryKib: 64 * 1024 };
/** The writable places may hold 144 MiB beside a program's own memory. */
const fillPlaces = `for place in ("/work", "/tmp", "/dev/shm"):
    for n in range(8):
        try:
            with open(f"{place}/fill{n}", "wb") as f:
                while f.tell() < 31 << 20: f.write(b"x" * (1 << 18))
        except OSError: pass
`;

/** Class C: more memory than allowed, in places where it may not be seen. */
export const memory: readonly HostileProgram[] = [
  {
    class: "C",
    kind: "program",
    name: "growing heap",
    tries: "takes memory and uses it until there is none",
    programs: [
      cMain("for (;;) memset(malloc(1 << 20), 1, 1 << 20);"),
      cpp("#include <vector>\nint main() { std::vector<std::vector<char>> a; for (;;) a.emplace_back(1 << 20, 'x'); }"),
      python("a = []\nwhile True: a.append(bytearray(1 << 20))"),
      javascript("const a = []; for (;;) a.push(new Array(10000).fill(a.length + 0.5));"),
      java("var a = new ArrayList<byte[]>(); while (true) a.add(new byte[1 << 20]);"),
    ],
    limits: { memoryKib: 160 * 1024 },
    ends: ["memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "outside the heap",
    tries: "takes memory where the virtual machine's own limit does not reach",
    programs: [
      javascript("const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1));"),
      java("var a = new ArrayList<ByteBuffer>(); while (true) a.add(ByteBuffer.allocateDirect(1 << 20));"),
      java(
        'var f = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe"); f.setAccessible(true); var u = (sun.misc.Unsafe) f.get(null); while (true) u.setMemory(u.allocateMemory(1 << 20), 1 << 20, (byte) 1);',
      ),
    ],
    limits: { memoryKib: 160 * 1024 },
    ends: ["memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "many small ones",
    tries: "has forty processes of which each alone stays far below the limit",
    programs: [
      cMain("for (int i = 0; i < 40; i++) if (!fork()) { memset(malloc(4 << 20), 1, 4 << 20); pause(); }\npause();"),
      python(
        "import os, time\nfor i in range(40):\n    if os.fork() == 0:\n        b = bytearray(b'x') * (4 << 20)\n        time.sleep(60)\ntime.sleep(60)",
      ),
    ],
    limits: { ...mib64, wallMs: 4_000 },
    ends: ["memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "shared between processes",
    tries: "shares one large mapping between processes, to be counted for none",
    programs: [
      cMain(
        "long n = 100 << 20; char *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);\nfor (int i = 0; i < 8; i++) if (!fork()) { memset(p + n / 8 * i, 1, n / 8); pause(); }\npause();",
      ),
    ],
    limits: { ...mib64, wallMs: 4_000 },
    ends: ["memory-limit"],
    gvisor: { ends: ["memory-limit", "time-limit"] },
    known:
      "gVisor tells nobody inside how much memory is shared: there it counts as much as one process has mapped and used, which may be less. The sandbox's own limit, 2.2 GiB there, is behind it.",
  },
  {
    class: "C",
    kind: "program",
    name: "a terabyte on paper",
    tries: "maps far more than there is, which costs nothing, and then uses it page by page",
    programs: [
      cMain(
        "long n = 1L << 40; char *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);\nif (p == MAP_FAILED) return 9; for (long i = 0; i < n; i += 4096) p[i] = 1;",
      ),
    ],
    limits: mib64,
    ends: ["memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "large arrays from the start",
    tries: "is a small program with a gigabyte of zeros in it, which it uses",
    programs: [c("static char a[1 << 30];\nint main(void) { memset(a, 1, sizeof a); return a[5]; }")],
    limits: mib64,
    ends: ["memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "files as memory",
    tries: "fills every writable place and then takes all the memory it may have",
    programs: [python(`${fillPlaces}a = []\nwhile True: a.append(bytearray(b"x") * (1 << 20))`)],
    ends: ["memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "memory without an owner",
    tries: "writes to files that are in memory alone (memfd), which are in no process's resident memory",
    programs: [
      cMain(
        `static char b[1 << 20]; memset(b, 1, sizeof b);
for (int n = 0; n < 200; n++) { int f = memfd_create("x", 0); for (int i = 0; f >= 0 && i < 31; i++) if (write(f, b, sizeof b) < 0) break; }
pause();`,
      ),
    ],
    limits: { wallMs: 4_000 },
    ends: ["memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "memory in the kernel",
    tries: "fills the largest pipes and sockets it may have, in as many processes as it may have",
    programs: [
      cMain(
        `static char b[1 << 16];
for (int n = 0; n < 40; n++) if (!fork()) { int p[2];
for (int i = 0; i < 100; i++) { if (pipe2(p, O_NONBLOCK)) break; fcntl(p[1], F_SETPIPE_SZ, 1 << 20); while (write(p[1], b, sizeof b) > 0); }
for (int i = 0; i < 50; i++) { if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p)) break; while (write(p[1], b, sizeof b) > 0); } pause(); }
pause();`,
      ),
    ],
    limits: { wallMs: 2_000 },
    ends: ["memory-limit", "time-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "tables of pages",
    tries: "reads one byte in every two megabytes of a huge mapping: nothing is resident, and the tables grow",
    programs: [
      cMain(
        `long n = 1L << 46, s = 0; volatile char *p = mmap(0, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
if (p == MAP_FAILED) return 9; madvise((void *)p, n, MADV_NOHUGEPAGE); for (long i = 0; i < n; i += 2 << 20) s += p[i]; return (int)s;`,
      ),
    ],
    limits: { cpuMs: 4_000, wallMs: 5_000 },
    ends: ["memory-limit", "time-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "somebody else for the out-of-memory killer",
    tries: "makes itself the last to be killed, and fills the container with memory that nobody owns",
    programs: [
      cMain(
        `int s = open("/proc/self/oom_score_adj", O_WRONLY); if (s >= 0 && write(s, "-1000", 5) > 0) puts("-1000");
lseek(s, 0, 0); write(s, "0", 1); close(s);
static char b[1 << 20]; memset(b, 1, sizeof b);
for (int n = 0; n < 200; n++) { int f = memfd_create("x", 0); for (int i = 0; f >= 0 && i < 31; i++) if (write(f, b, sizeof b) < 0) break; }
pause();`,
      ),
    ],
    limits: { wallMs: 4_000 },
    ends: ["memory-limit"],
    says: "",
  },
  {
    class: "C",
    kind: "program",
    name: "deep recursion",
    tries: "calls itself until the stack is used up",
    programs: [
      c(
        "int f(volatile int n) { volatile char a[100]; a[n & 63] = 1; return n < 0 ? 0 : f(n + 1) + a[n & 31]; }\nint main(void) { return f(1); }",
      ),
      python("import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1) + 1\nf(0)"),
      javascript("function f(n) { return f(n + 1) + 1; } f(0);"),
      java("f(0);", "static int f(int n) { return f(n + 1) + 1; }"),
    ],
    ends: ["runtime-error", "memory-limit"],
  },
  {
    class: "C",
    kind: "program",
    name: "locked memory",
    tries: "locks its memory, asks for huge pages and for secret memory",
    programs: [
      attempts([
        "mlock(malloc(1 << 20), 1 << 20)",
        "syscall(SYS_mlockall, MCL_CURRENT | MCL_FUTURE)",
        "mmap(0, 2 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0)",
        "syscall(SYS_memfd_secret, 0)",
        "syscall(SYS_userfaultfd, 0)",
        'syscall(SYS_swapon, "/tmp/x", 0)',
      ]),
    ],
    ends: ["exited"],
    says: "",
    // Pages of a size that nobody heeds.
    gvisor: { says: /^(mmap\(.*MAP_HUGETLB.*\n)?$/ },
  },
  {
    class: "C",
    kind: "program",
    name: "asked for and refused",
    tries: "asks for far more than there is at once, and goes on as if nothing had happened",
    programs: [
      python("try: b = bytearray(1 << 50)\nexcept MemoryError: print('refused')"),
      javascript("try { new Uint8Array(2 ** 40); } catch { console.log('refused'); }"),
      cMain('puts(malloc(1UL << 60) ? "got" : "refused");'),
    ],
    ends: ["exited"],
    says: "refused\n",
    // What is never used is there for the asking.
    gvisor: { says: /^(refused\n|got\n)?$/ },
  },
  {
    class: "C",
    kind: "program",
    name: "false words about memory",
    tries: "says what its runtime says when memory has run out, and ends as it would, having taken none",
    programs: [
      python("import sys\nprint('MemoryError', file=sys.stderr)\nsys.exit(1)"),
      javascript("console.error('JavaScript heap out of memory'); process.abort();"),
      java('System.err.println("java.lang.OutOfMemoryError: Java heap space"); Runtime.getRuntime().halt(3);'),
      cpp(
        '#include <cstdio>\n#include <cstdlib>\nint main() { fputs("terminate called after std::bad_alloc", stderr); abort(); }',
      ),
    ],
    ends: ["runtime-error"],
  },
];
