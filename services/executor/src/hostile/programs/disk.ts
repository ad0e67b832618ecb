import { attempts, cMain, type HostileProgram, javascript, python } from "../hostile.ts";

/** Sees nothing of what was, and has all the room there is. */
const seesNothing = {
  program: python(
    `import os
print(*(sorted(os.listdir(place)) for place in ("/work", "/tmp", "/dev/shm")))
print(*(os.statvfs(p).f_bfree * os.statvfs(p).f_bsize >> 20 > 14 for p in ("/work", "/tmp", "/dev/shm")), os.statvfs("/tmp").f_files - os.statvfs("/tmp").f_ffree < 100)`,
  ),
  says: "['main.py'] [] []\nTrue True True True\n",
};

/** Class E: too many files, too large ones, and files where there should be none. */
export const disk: readonly HostileProgram[] = [
  {
    class: "E",
    kind: "program",
    name: "full disks",
    tries: "fills every writable place with as many files as it takes",
    programs: [
      python(
        `import errno
for place in ("/work", "/tmp", "/dev/shm"):
    n = 0
    try:
        while True:
            with open(f"{place}/{n}", "wb") as f:
                for _ in range(20): f.write(b"x" * (1 << 20))
            n += 1
    except OSError as error: print(errno.errorcode[error.errno])`,
      ),
      cMain(
        `static char b[1 << 16]; const char *places[] = {"/work", "/tmp", "/dev/shm"}; memset(b, 1, sizeof b);
for (int p = 0; p < 3; p++) for (int n = 0; n < 100; n++) { char name[64]; sprintf(name, "%s/%d", places[p], n); int f = open(name, O_CREAT | O_WRONLY, 0600);
long w = 0; for (int i = 0; i < 300 && w >= 0; i++) w = write(f, b, sizeof b); close(f); if (w < 0) { puts(errno == ENOSPC ? "ENOSPC" : "?"); break; } }`,
      ),
    ],
    ends: ["exited"],
    says: "ENOSPC\nENOSPC\nENOSPC\n",
  },
  {
    class: "E",
    kind: "program",
    name: "no names left",
    tries: "makes empty files until there can be no more, under names of 250 bytes",
    programs: [
      python(
        `import errno, os
for place in ("/work", "/tmp", "/dev/shm"):
    try:
        for n in range(100000): os.close(os.open(f"{place}/{n:0250}", os.O_CREAT | os.O_WRONLY))
    except OSError as error: print(errno.errorcode[error.errno])`,
      ),
    ],
    ends: ["exited"],
    says: "ENOSPC\nENOSPC\nENOSPC\n",
    next: seesNothing,
    gvisor: { ends: ["exited", "memory-limit", "time-limit"], says: /^/ },
  },
  {
    class: "E",
    kind: "program",
    name: "one huge file",
    tries: "makes a file of exabytes: with a hole, by truncation, by allocation, and with the signal for it ignored",
    programs: [
      cMain(
        `signal(SIGXFSZ, SIG_IGN); int f = open("/tmp/x", O_CREAT | O_RDWR, 0600);
if (pwrite(f, "x", 1, (1L << 62)) > 0) puts("hole"); if (!ftruncate(f, 1L << 62)) puts("truncate");
if (!fallocate(f, 0, 0, 1L << 40)) puts("allocate"); if (!fallocate(f, FALLOC_FL_KEEP_SIZE, 0, 1L << 40)) puts("reserve");`,
      ),
      python(
        `import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
f = os.open("/tmp/x", os.O_CREAT | os.O_RDWR)
for call in (lambda: os.truncate(f, 1 << 62), lambda: os.posix_fallocate(f, 0, 1 << 40), lambda: os.pwrite(f, b"x", 1 << 61)):
    try: call(); print("done")
    except OSError: pass`,
      ),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "E",
    kind: "program",
    name: "holes that fill up",
    tries: "maps sparse files that are larger together than the disk, and writes to every page of them",
    programs: [
      cMain(
        `for (int n = 0; n < 10; n++) { char name[32]; sprintf(name, "/tmp/%d", n); int f = open(name, O_CREAT | O_RDWR, 0600); long size = 30 << 20;
if (ftruncate(f, size)) return 9; char *p = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0); for (long i = 0; i < size; i += 4096) p[i] = 1; munmap(p, size); }`,
      ),
    ],
    ends: ["runtime-error"],
    look: (end) => (end.signal === "SIGBUS" ? undefined : `its signal is ${end.signal}`),
  },
  {
    class: "E",
    kind: "program",
    name: "all descriptors",
    tries: "opens files, pipes, event and timer descriptors until it may open no more, in every process it may have",
    programs: [
      python(
        `import os, time
for n in range(60):
    try:
        if os.fork() == 0: break
    except OSError: break
fds = []
try:
    while True: fds.append(os.open("/etc/passwd", os.O_RDONLY)); fds += os.pipe(); fds.append(os.eventfd(0))
except OSError: pass
time.sleep(0.3)
os._exit(0 if len(fds) < 260 else 9)`,
      ),
    ],
    limits: { wallMs: 10_000 },
    ends: ["exited"],
  },
  {
    class: "E",
    kind: "program",
    name: "files everywhere",
    tries: "tries to make a file in every directory there is",
    programs: [
      python(
        `import os
made = set()
for top, dirs, files in os.walk("/"):
    if top.startswith(("/proc", "/sys")): dirs[:] = []
    try:
        name = os.path.join(top, "greenroom-hostile"); os.close(os.open(name, os.O_CREAT | os.O_WRONLY)); made.add(top)
    except OSError: pass
print(sorted(made))`,
      ),
    ],
    limits: { wallMs: 20_000 },
    ends: ["exited"],
    says: "['/dev/shm', '/tmp', '/work']\n",
    next: seesNothing,
  },
  {
    class: "E",
    kind: "program",
    name: "ten thousand levels",
    tries: "nests directories ten thousand deep, or as deep as it may, and locks the deepest",
    programs: [
      cMain(
        `const char *places[] = {"/work", "/tmp", "/dev/shm"};
for (int p = 0; p < 3; p++) { if (chdir(places[p])) return 9; int n = 0; while (n < 10000 && !mkdir("d", 0700) && !chdir("d")) n++; close(open("f", O_CREAT, 0)); chmod(".", 0); printf("%d\\n", n > 4000); }`,
      ),
      python(
        `import os
for place in ("/work", "/tmp"):
    os.chdir(place); n = 0
    try:
        while n < 10000: os.mkdir("d", 0o700); os.chdir("d"); n += 1
    except OSError: pass
    print(int(n > 4000))
print(1)`,
      ),
    ],
    ends: ["exited"],
    says: "1\n1\n1\n",
    next: seesNothing,
    slow: true,
  },
  {
    class: "E",
    kind: "program",
    name: "names that hurt scripts",
    tries:
      "gives files names with line breaks, options, quotes, escapes, commands, bytes that are no text, and 255 bytes",
    programs: [
      python(
        `import os
names = [b"-rf", b"--", b"a\\nb", b"\\n", b"$(reboot)", b"\`reboot\`", b"; reboot", b"*", b"?", b"~", b" ", b"\\xff\\xfe", b"\\x1b[2J", b"'\\"", b"x" * 255, b"...", b". ", b"\\xe2\\x80\\xae", b"#", b"%s%n", b"|", b"&", b">", b"\\\\"]
for place in (b"/work", b"/tmp", b"/dev/shm"):
    for name in names:
        os.mkdir(place + b"/" + name); open(place + b"/" + name + b"/" + name, "w").close()
print("done")`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
    next: seesNothing,
  },
  {
    class: "E",
    kind: "program",
    name: "locked directories",
    tries: "takes every right from directories with files in them, and sets sticky, set-user and set-group bits",
    programs: [
      python(
        `import os
for place in ("/work", "/tmp", "/dev/shm"):
    for mode in (0, 0o1000, 0o2000, 0o4000, 0o7000, 0o111, 0o444):
        inner = f"{place}/{mode:o}/b/c"; os.makedirs(inner); open(inner + "/f", "w").close(); os.chmod(inner + "/f", 0)
        for folder in (inner, inner[:-2], inner[:-4]): os.chmod(folder, mode)
print("done")`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
    next: seesNothing,
  },
  {
    class: "E",
    kind: "program",
    name: "files that cannot be changed",
    tries: "makes its files immutable and append-only, and sets attributes and access lists on them",
    programs: [
      cMain(
        `int f = open("/work/x", O_CREAT | O_RDWR, 0600), flags = 0x10 | 0x20; /* FS_IMMUTABLE_FL, FS_APPEND_FL */
if (!ioctl(f, _IOW('f', 2, long), &flags)) puts("immutable"); flags = 0x10; if (!ioctl(f, _IOW('f', 2, long), &flags)) puts("immutable too");
if (!fsetxattr(f, "security.capability", "\\1\\0\\0\\2\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377", 20, 0)) puts("capability");
if (!fsetxattr(f, "trusted.x", "x", 1, 0)) puts("trusted"); fsetxattr(f, "user.x", "x", 1, 0);
if (!fcntl(f, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_SEAL)) puts("sealed");`,
      ),
    ],
    ends: ["exited"],
    says: "",
    next: seesNothing,
  },
  {
    class: "E",
    kind: "program",
    name: "attributes as a disk",
    tries: "stores megabytes in extended attributes, where no size of a file shows them",
    programs: [
      python(
        `import os
n = 0
for i in range(4000):
    name = f"/tmp/{i}"
    try:
        open(name, "w").close()
        for j in range(8): os.setxattr(name, f"user.{j}", b"x" * 60000); n += 60000
    except OSError: pass
os._exit(0 if n < 64 << 20 else 9)`,
      ),
    ],
    limits: { wallMs: 10_000 },
    ends: ["exited", "memory-limit"],
    next: seesNothing,
  },
  {
    class: "E",
    kind: "program",
    name: "programs that belong to all",
    tries: "changes the sandbox's own programs and libraries: opens, renames, removes and mounts over them",
    programs: [
      attempts([
        'open("/supervisor", O_WRONLY)',
        'open("/usr/bin/gcc", O_WRONLY)',
        'open("/usr/bin/gcc", O_RDWR | O_TRUNC)',
        'rename("/usr/bin/gcc", "/usr/bin/gcc2")',
        'unlink("/supervisor")',
        'chmod("/supervisor", 0777)',
        'chown("/supervisor", getuid(), -1)',
        'link("/supervisor", "/work/s")',
        'symlink("/x", "/usr/bin/x")',
        'truncate("/etc/passwd", 0)',
        'utimes("/etc/passwd", 0)',
        'setxattr("/etc/passwd", "user.x", "x", 1, 0)',
        'open("/etc/ld.so.preload", O_CREAT | O_WRONLY, 0644)',
        'mkdir("/greenroom-hostile", 0700)',
        'open("/var/tmp/greenroom-hostile", O_CREAT | O_WRONLY, 0600)',
        'open("/run/greenroom-hostile", O_CREAT | O_WRONLY, 0600)',
        'open("/dev/greenroom-hostile", O_CREAT | O_WRONLY, 0600)',
      ]),
      javascript(
        `const fs = require("node:fs");
for (const file of [process.execPath, "/supervisor", "/usr/local/lib/typescript/lib/tsc", "/etc/passwd"]) for (const flag of ["r+", "w", "a"]) try { fs.openSync(file, flag); console.log(file); } catch {}`,
      ),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "E",
    kind: "program",
    name: "pages of a program that is only read",
    tries: "writes into the shared pages of a read-only program, through pipes, private mappings and /proc/self/mem",
    programs: [
      cMain(
        `int f = open("/usr/bin/gcc", O_RDONLY), p[2]; char before[64], after[64]; pread(f, before, 64, 0);
pipe(p); long at = 0; splice(f, &at, p[1], 0, 1, 0); write(p[1], "greenroom", 9);
char *map = mmap(0, 4096, PROT_READ, MAP_PRIVATE, f, 0); int m = open("/proc/self/mem", O_RDWR); pwrite(m, "greenroom", 9, (long)map);
madvise(map, 4096, MADV_DONTNEED); char *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0); if (shared != MAP_FAILED) puts("shared");
pread(f, after, 64, 0); puts(memcmp(before, after, 64) ? "changed" : "as before");`,
      ),
    ],
    ends: ["exited"],
    says: "as before\n",
  },
];
