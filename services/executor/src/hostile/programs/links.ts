import { attempts, c, cMain, type HostileProgram, python } from "../hostile.ts";

/** Class G: links, and files that are none. */
export const links: readonly HostileProgram[] = [
  {
    class: "G",
    kind: "program",
    name: "links where files will be written",
    tries: "puts links to files of the system, and to devices, where the next run's files are to be written",
    programs: [
      python(
        `import os
for name in ("main.py", "main.c", "main", "main.js", "main.o", "Main.java", "Main.class", "case.in", "case.ans", "feedback"):
    for target in ("/etc/passwd",):
        if os.path.lexists(f"/work/{name}"): os.remove(f"/work/{name}")
        os.symlink(target, f"/work/{name}")
os.symlink("/dev/zero", "/tmp/zero"); os.symlink("/proc/1/fd/0", "/tmp/in"); os.symlink("/", "/work/lib")
print("done")`,
      ),
      cMain(
        `const char *names[] = {"main", "main.c", "main.o", "a.out", "ccXXXXXX.s"}; for (int i = 0; i < 5; i++) { unlink(names[i]); if (symlink("/usr/bin/gcc", names[i])) return 9; } puts("done");`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
  },
  {
    class: "G",
    kind: "program",
    name: "fifos where files will be written",
    tries:
      "puts fifos, sockets and directories where the next run's files are to be written, so that opening them waits",
    programs: [
      python(
        `import os, socket
os.remove("main.py"); os.mkfifo("main.py"); os.mkfifo("/work/main"); os.mkdir("/work/main.c"); socket.socket(socket.AF_UNIX).bind("/work/main.js"); os.mkfifo("/tmp/x"); os.mkfifo("/dev/shm/x")
print("done")`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
  },
  {
    class: "G",
    kind: "program",
    name: "a link that swings",
    tries: "leaves twenty daemons that swap directories for links to /etc while everything is being removed",
    programs: [
      cMain(
        `mkdir("/tmp/d", 0777); mkdir("/tmp/d/e", 0777); close(open("/tmp/d/passwd", O_CREAT, 0600)); symlink("/etc", "/tmp/l");
for (int i = 0; i < 20; i++) if (!fork()) { setsid(); for (int f = 0; f < 3; f++) close(f); for (;;) { syscall(SYS_renameat2, AT_FDCWD, "/tmp/d", AT_FDCWD, "/tmp/l", 2); mkdir("/tmp/d/e/f", 0777); close(open("/tmp/l/x", O_CREAT | O_WRONLY, 0600)); } }
usleep(50000); puts("done");`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
    next: {
      program: cMain(
        'puts(access("/etc/passwd", R_OK) || !access("/tmp/d", F_OK) || !access("/tmp/l", F_OK) ? "harm" : "well");',
      ),
      says: "well\n",
    },
  },
  {
    class: "G",
    kind: "program",
    name: "eight thousand links",
    tries: "makes as many hard links, links in circles and chains of links as it can",
    programs: [
      python(
        `import os
open("/work/a", "w").close()
try:
    for n in range(4000): os.link("/work/a", f"/work/a{n}")
except OSError: pass
os.symlink("/tmp/two", "/tmp/one"); os.symlink("/tmp/one", "/tmp/two"); os.symlink(".", "/tmp/self")
try:
    for n in range(9000): os.symlink(f"l{n}", f"/tmp/l{n + 1}")
except OSError: pass
print("done")`,
      ),
    ],
    ends: ["exited"],
    says: "done\n",
  },
  {
    class: "G",
    kind: "program",
    name: "links to files of others",
    tries: "makes hard links to the system's files and to those of the first process, and follows magic links",
    programs: [
      attempts([
        'link("/etc/shadow", "/work/shadow")',
        'link("/etc/passwd", "/work/passwd")',
        'link("/proc/1/exe", "/work/exe")',
        'linkat(AT_FDCWD, "/proc/1/exe", AT_FDCWD, "/work/exe", AT_SYMLINK_FOLLOW)',
        'open("/proc/1/exe", O_RDONLY)',
        'open("/proc/1/cwd", O_RDONLY)',
        'open("/proc/1/root", O_RDONLY)',
        'open("/proc/1/fd/0", O_RDONLY)',
        'open("/proc/1/map_files", O_RDONLY)',
        'open("/proc/self/fd/0/../../../1/root/work", O_RDONLY)',
        'readlink("/proc/1/cwd", words[0], 1)',
        'readlink("/proc/1/ns/pid", words[0], 1)',
      ]),
    ],
    ends: ["exited"],
    says: "",
    gvisor: { says: /^(readlink\("\/proc\/1\/ns\/pid".*\n)?$/ },
  },
  {
    class: "G",
    kind: "program",
    name: "devices",
    tries: "makes devices of disks and memory, opens those there are, and leaves a whiteout",
    programs: [
      attempts([
        'mknod("/work/sda", S_IFBLK | 0666, makedev(8, 0))',
        'mknod("/work/mem", S_IFCHR | 0666, makedev(1, 1))',
        'mknod("/work/kmsg", S_IFCHR | 0666, makedev(1, 11))',
        'mknod("/tmp/fuse", S_IFCHR | 0666, makedev(10, 229))',
        'mknodat(AT_FDCWD, "/dev/shm/null", S_IFCHR | 0666, makedev(1, 3))',
        // A whiteout, which is a device without use, anybody may make.
        '(close(open("/tmp/w", O_CREAT, 0600)), syscall(SYS_renameat2, AT_FDCWD, "/tmp/w", AT_FDCWD, "/tmp/v", 4), -1)',
        'open("/dev/sda", O_RDONLY)',
        'open("/dev/mem", O_RDONLY)',
        'open("/dev/kmsg", O_RDONLY)',
        'open("/dev/fuse", O_RDWR)',
        'open("/dev/kvm", O_RDWR)',
        'open("/dev/net/tun", O_RDWR)',
        'open("/dev/loop-control", O_RDWR)',
        'open("/dev/console", O_RDWR)',
        'open("/dev/port", O_RDWR)',
        'open("/dev/cpu/0/msr", O_RDONLY)',
      ]),
    ],
    ends: ["exited"],
    says: "",
    gvisor: { says: /^(open\("\/dev\/(fuse|net\/tun)".*\n)*$/ },
    known:
      "gVisor has devices of its own for file systems and tunnels, which anybody may open; using them takes rights that nobody has.",
  },
  {
    class: "G",
    kind: "program",
    name: "files named like options",
    tries: "names files like options and response files of the compiler, to have it write elsewhere or load a plugin",
    programs: [
      {
        language: "c",
        files: [
          { name: "main.c", content: "int main(void) { return 0; }\n" },
          { name: "-o/supervisor.c", content: "" },
          { name: "-fplugin=x.c", content: "" },
        ],
      },
      {
        language: "c",
        files: [
          { name: "main.c", content: "int main(void) { return 0; }\n" },
          { name: "@more.c", content: "-o /supervisor -wrapper /bin/sh,-c,reboot" },
        ],
      },
      {
        language: "java",
        files: [
          { name: "Main.java", content: "public class Main { public static void main(String[] a) { } }" },
          { name: "@more.java", content: "-d / -processorpath . -processor X -J-version" },
        ],
      },
      {
        language: "python",
        files: [
          { name: "-c", content: "print('no')" },
          { name: "main.py", content: "" },
        ],
      },
      { language: "javascript", files: [{ name: "--eval=process.kill(1)", content: "" }] },
    ],
    // Whatever the compiler makes of them, it does it in the sandbox.
    ends: ["compile-error", "runtime-error", "exited"],
  },
  {
    class: "G",
    kind: "program",
    name: "files where the compiler writes",
    tries: "has a file, or a folder with files, where the compiler writes the program, its objects and its classes",
    programs: [
      {
        language: "c",
        files: [
          { name: "main.c", content: "int main(void) { return 0; }\n" },
          { name: "main/in/the/way", content: "x" },
        ],
      },
      {
        language: "java",
        files: [
          { name: "Main.java", content: "public class Main { public static void main(String[] a) { } }" },
          { name: "Main.class/x", content: "x" },
        ],
      },
      {
        language: "typescript",
        files: [
          { name: "main.ts", content: "export {};" },
          { name: "main.js/x", content: "x" },
        ],
      },
    ],
    ends: ["compile-error"],
  },
  {
    class: "G",
    kind: "program",
    name: "streams by other names",
    tries: "reads and writes through /dev/stdin, /dev/stdout and /proc/self/fd, and opens them again with other rights",
    programs: [
      c(
        `int main(void) { char b[8] = ""; int in = open("/dev/stdin", O_RDONLY), out = open("/proc/self/fd/1", O_WRONLY);
int back = open("/proc/self/fd/0", O_WRONLY); if (back >= 0) write(back, "z", 1); int listen = open("/proc/self/fd/1", O_RDONLY); if (listen >= 0) close(listen);
read(in, b, 1); write(out, b, 1); return 0; }`,
      ),
    ],
    input: "abc",
    ends: ["exited"],
    says: "a",
  },
];
