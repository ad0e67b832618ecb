import { attempts, c, cMain, type HostileProgram, java, javascript, python } from "../hostile.ts";

const refused = { ends: ["exited"], says: "" } as const;

/** Class H: ways out of the sandbox, and up. */
export const escapes: readonly HostileProgram[] = [
  {
    class: "H",
    kind: "program",
    name: "other processes' insides",
    tries: "traces the first process, reads and writes its memory, takes its descriptors, compares and dumps it",
    programs: [
      attempts([
        "ptrace(PTRACE_ATTACH, 1, 0, 0)",
        "ptrace(PTRACE_SEIZE, 1, 0, 0)",
        "ptrace(PTRACE_TRACEME, 0, 0, 0)",
        "syscall(SYS_process_vm_readv, 1, &(struct iovec){words, 8}, 1, &(struct iovec){words, 8}, 1, 0)",
        "syscall(SYS_process_vm_writev, 1, &(struct iovec){words, 8}, 1, &(struct iovec){words, 8}, 1, 0)",
        "syscall(SYS_process_madvise, syscall(SYS_pidfd_open, 1, 0), 0, 0, 21, 0)",
        "syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, 1, 0), 0, 0)",
        "syscall(SYS_pidfd_send_signal, syscall(SYS_pidfd_open, 1, 0), SIGKILL, 0, 0)",
        "syscall(SYS_kcmp, 1, getpid(), 0, 0, 0)",
        'open("/proc/1/mem", O_RDWR)',
        'open("/proc/1/maps", O_RDONLY)',
        'open("/proc/1/environ", O_RDONLY)',
        'open("/proc/1/fd/1", O_WRONLY)',
        'open("/proc/1/stack", O_RDONLY)',
        'open("/proc/1/syscall", O_RDONLY)',
        'write(open("/proc/1/oom_score_adj", O_WRONLY), "1000", 4)',
        'write(open("/proc/1/comm", O_WRONLY), "x", 1)',
        'write(open("/proc/1/clear_refs", O_WRONLY), "1", 1)',
        'write(open("/proc/1/coredump_filter", O_WRONLY), "1", 1)',
        'write(open("/proc/1/timerslack_ns", O_WRONLY), "1", 1)',
        "syscall(SYS_migrate_pages, 1, 0, 0, 0)",
        "syscall(SYS_move_pages, 1, 0, 0, 0, 0, 0)",
        "sched_setaffinity(1, sizeof(cpu_set_t), &(cpu_set_t){{1}})",
      ]),
    ],
    ...refused,
    gvisor: { says: /^(open\("\/proc\/1\/(maps|environ)".*\n|sched_setaffinity\(.*\n)*$/ },
    known:
      "gVisor shows everybody where the first process's program lies and what the engine gives every container, and notes on which processor it should run, which changes nothing.",
  },
  {
    class: "H",
    kind: "program",
    name: "more rights",
    tries: "becomes root or somebody else, gains capabilities, and starts programs that would lend it rights",
    programs: [
      attempts([
        "setuid(0)",
        "setgid(0)",
        "setreuid(0, 0)",
        "setresuid(0, 0, 0)",
        "setresgid(0, 0, 0)",
        "setgroups(1, &(gid_t){0})",
        "setuid(1000)",
        "setfsuid(0) == 0 ? 0 : -1",
        "prctl(PR_CAPBSET_READ, 21, 0, 0, 0) == 1 ? 0 : -1",
        "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 7, 0, 0)",
        "prctl(PR_SET_SECUREBITS, 1, 0, 0, 0)",
        "prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)",
        "syscall(SYS_capset, (uint32_t[]){0x20080522, 0}, (uint32_t[]){255, 255, 0, 0, 0, 0})",
        'chown("/work/main", 0, 0)',
        'setxattr("/work/main", "security.capability", "\\1\\0\\0\\2\\377\\377\\377\\377\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0", 20, 0)',
      ]),
      javascript(
        'for (const f of ["setuid", "setgid", "seteuid", "setegid"]) try { process[f](0); console.log(f); } catch {}\ntry { process.initgroups(0, 0); console.log("groups"); } catch {}',
      ),
      python(
        `import os
for top, dirs, files in os.walk("/"):
    if top.startswith(("/proc", "/sys")): dirs[:] = []
    for name in files:
        try:
            if os.lstat(os.path.join(top, name)).st_mode & 0o6000: print(top, name)
        except OSError: pass`,
      ),
    ],
    limits: { wallMs: 20_000 },
    ...refused,
  },
  {
    class: "H",
    kind: "program",
    name: "set-user programs of its own",
    tries: "gives its own program the set-user bit, and lets a daemon of an earlier user wait for it",
    programs: [
      cMain(
        'if (chmod("/work/main", 06777)) puts("refused"); if (!fork()) { execl("/work/main", "x", (char *)0); _exit(1); } if (getuid() != geteuid() || geteuid() < 1000000) puts("root"); if (count) wait(0);',
        "__attribute__((constructor)) static void once(void) { char name[16]; prctl(PR_GET_NAME, name); if (getppid() != 1) _exit(geteuid() < 1000000); }",
      ),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "H",
    kind: "program",
    name: "namespaces and mounts",
    tries: "makes and enters namespaces, mounts, moves its root, and asks for new ways to do either",
    programs: [
      attempts([
        "unshare(CLONE_NEWUSER)",
        "unshare(CLONE_NEWNS)",
        "unshare(CLONE_NEWPID)",
        "unshare(CLONE_NEWNET)",
        "unshare(CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)",
        "unshare(0x80)",
        "syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)",
        "syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0)",
        "syscall(SYS_clone3, calloc(1, 88), 88)",
        'setns(open("/proc/1/ns/mnt", O_RDONLY), 0)',
        'setns(open("/proc/self/ns/net", O_RDONLY), 0)',
        'mount("none", "/tmp", "tmpfs", 0, 0)',
        'mount("/", "/work", 0, MS_BIND, 0)',
        'mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0)',
        'mount("proc", "/tmp", "proc", 0, 0)',
        'mount("cgroup", "/tmp", "cgroup", 0, "memory")',
        'umount2("/proc/kcore", MNT_DETACH)',
        'umount2("/work", MNT_DETACH)',
        'chroot("/work")',
        'chroot("/proc/1/root")',
        'syscall(SYS_pivot_root, "/work", "/work")',
        'syscall(SYS_open_tree, AT_FDCWD, "/", 1)',
        'syscall(SYS_fsopen, "tmpfs", 0)',
        'syscall(SYS_fspick, AT_FDCWD, "/", 0)',
        'syscall(SYS_move_mount, AT_FDCWD, "/tmp", AT_FDCWD, "/work", 0)',
        'syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, calloc(1, 32), 32)',
        'sethostname("x", 1)',
        'setdomainname("x", 1)',
      ]),
    ],
    ...refused,
  },
  {
    class: "H",
    kind: "program",
    name: "rarely used doors of the kernel",
    tries: "calls what no program of an interview needs: bpf, perf, modules, swap, ports, quotas, kexec, reboot",
    programs: [
      attempts([
        "syscall(SYS_bpf, 0, calloc(1, 128), 128)",
        "syscall(SYS_perf_event_open, calloc(1, 128), 0, -1, -1, 0)",
        "syscall(SYS_userfaultfd, 0)",
        'syscall(SYS_init_module, calloc(1, 128), 128, "")',
        'syscall(SYS_finit_module, 0, "", 0)',
        'syscall(SYS_delete_module, "x", 0)',
        "syscall(SYS_kexec_load, 0, 0, 0, 0)",
        "syscall(SYS_kexec_file_load, 0, 0, 0, 0, 0)",
        "syscall(SYS_iopl, 3)",
        "syscall(SYS_ioperm, 0, 8, 1)",
        "syscall(SYS_modify_ldt, 0, calloc(1, 16), 16)",
        "syscall(SYS_acct, 0)",
        'syscall(SYS_quotactl, 0, "/", 0, 0)',
        'syscall(SYS_swapoff, "/x")',
        "syscall(SYS_syslog, 3, calloc(1, 4096), 4096)",
        "syscall(SYS_vhangup)",
        "syscall(SYS_reboot, 0xfee1dead, 672274793, 0x1234567, 0)",
        "syscall(SYS_landlock_create_ruleset, 0, 0, 1)",
        "syscall(SYS_seccomp, 1, 8, 0)",
        'syscall(SYS_uselib, "/x")',
        "syscall(SYS_ustat, 0, 0)",
        "syscall(SYS_sysfs, 3)",
        "syscall(SYS_set_mempolicy_home_node, 0, 0, 0, 0)",
        "syscall(SYS_cachestat, 0, 0, 0, 0)",
        "personality(ADDR_NO_RANDOMIZE)",
        "personality(READ_IMPLIES_EXEC)",
        "syscall(9999)",
      ]),
    ],
    ...refused,
  },
  {
    class: "H",
    kind: "program",
    name: "another ABI",
    tries: "makes system calls by the 32-bit gate and with the numbers of x32, which filters may have forgotten",
    programs: [
      c(
        `int main(void) { int pid = 1; signal(SIGSYS, SIG_IGN);
#ifdef __x86_64__
if (!fork()) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20), "b"(0), "c"(0) : "memory"); if ((int)r > 0) puts("getpid by int 80"); fflush(stdout); _exit(0); }
if (!fork()) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(37), "b"(1), "c"(9) : "memory"); if (r == 0) puts("kill by int 80"); fflush(stdout); _exit(0); }
if (!fork()) { long r = syscall(0x40000000 + 39); if (r > 0) puts("getpid by x32"); fflush(stdout); _exit(0); }
if (!fork()) { long r = syscall(0x40000000 + 101, 16, 1, 0, 0); if (r == 0) puts("ptrace by x32"); fflush(stdout); _exit(0); }
#endif
while (wait(0) > 0) pid++; return 0; }`,
      ),
    ],
    ...refused,
  },
  {
    class: "H",
    kind: "program",
    name: "calls that are not well-formed",
    tries: "calls the kernel with wild pointers, huge sizes, paths without end and format characters",
    programs: [
      c(
        `static char path[70000];
int main(void) { memset(path, 'a', sizeof path - 1); const char *bad[] = {0, (char *)1, (char *)-1L, (char *)0xffff888000000000UL, path, path + 69999 - 4352, "%s%n%n", "/proc/self/fd/-1", "\\xff\\xfe", ""};
for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) { open(bad[i], O_RDONLY); stat(bad[i], (void *)-1L); execve(bad[i], (char **)1, (char **)1); syscall(SYS_openat2, -100, bad[i], bad[i], 24); unlink(bad[i]); mkdir(bad[i], 0); chdir(bad[i]); readlink(bad[i], (char *)1, -1); }
for (int n = 0; n < 1000; n++) if (n != SYS_exit && n != SYS_exit_group && n != SYS_fork && n != SYS_vfork && n != SYS_clone && n != SYS_pause && n != SYS_rt_sigreturn && n != SYS_rt_sigsuspend && n != SYS_kill && n != SYS_close && n != SYS_close_range && n != SYS_dup2 && n != SYS_dup3 && n != SYS_munmap && n != SYS_mmap && n != SYS_mprotect && n != SYS_brk && n != SYS_mremap && n != SYS_rt_sigprocmask && n != SYS_shutdown && n != SYS_prctl && n != SYS_arch_prctl) {
if (!fork()) { alarm(1); syscall(n, -1L, -1L, -1L, -1L, -1L, -1L); _exit(0); } wait(0); }
puts("survived"); return 0; }`,
      ),
    ],
    limits: { wallMs: 40_000, cpuMs: 30_000 },
    ends: ["exited"],
    says: "survived\n",
  },
  {
    class: "H",
    kind: "program",
    name: "files that rule the machine",
    tries: "writes to files of /proc and /sys that change kernel, cgroups, power and other processes",
    programs: [
      python(
        `import os, glob
names = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger", "/proc/1/oom_adj", "/proc/irq/0/smp_affinity", "/proc/bus/pci", "/proc/mtrr", "/proc/self/attr/current", "/proc/self/uid_map", "/proc/self/setgroups", "/proc/self/gid_map", "/proc/kcore", "/proc/scsi/scsi", "/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/release_agent"]
names += glob.glob("/sys/fs/cgroup/*/release_agent") + glob.glob("/sys/fs/cgroup/*/cgroup.procs") + glob.glob("/sys/fs/cgroup/*/*limit*") + glob.glob("/sys/fs/cgroup/*/notify_on_release")
for name in names:
    try: os.write(os.open(name, os.O_WRONLY), b"1"); print(name)
    except OSError: pass
for folder in ["/sys/fs/cgroup"] + glob.glob("/sys/fs/cgroup/*"):
    try: os.mkdir(folder + "/greenroom-hostile"); print(folder)
    except OSError: pass`,
      ),
    ],
    ...refused,
  },
  {
    class: "H",
    kind: "program",
    name: "everything under /proc and /sys",
    tries: "opens every file there for writing, and writes to what opens, but to what is its own",
    programs: [
      python(
        `import os, sys
done = []
for root in ("/proc/sys", "/proc/1", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/tty", "/proc/driver", "/sys"):
    for top, dirs, files in os.walk(root):
        if top.count("/") > 6: dirs[:] = []
        for name in files:
            path = os.path.join(top, name)
            try:
                f = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                # What opens under /proc/1 may still refuse to be written.
                if not path.startswith("/proc/1/") or os.write(f, b"1"): done.append(path)
            except OSError: pass
print("\\n".join(done), end="")`,
      ),
    ],
    limits: { wallMs: 30_000, cpuMs: 20_000 },
    slow: true,
    ...refused,
    gvisor: { says: /^1*(\/proc\/1\/(task\/1\/)?fd\/\d+\n?)*1*$/ },
    known: "gVisor lets a program open its own standard streams by the first process's names for them, and no others.",
  },
  {
    class: "H",
    kind: "program",
    name: "programs where none may run",
    tries:
      "writes programs to places that hold data, and starts them there: by name, by handle, by the loader, from memory",
    programs: [
      cMain(
        `char b[1 << 16]; int in = open("/bin/true", O_RDONLY); long n; const char *places[] = {"/tmp/t", "/dev/shm/t"};
for (int i = 0; i < 2; i++) { int out = open(places[i], O_CREAT | O_WRONLY, 0755); lseek(in, 0, 0); while ((n = read(in, b, sizeof b)) > 0) write(out, b, n); close(out);
int s; if (!fork()) { execl(places[i], places[i], (char *)0); _exit(9); } wait(&s); if (s == 0) puts(places[i]);
if (!fork()) { fexecve(open(places[i], O_RDONLY), words, words); _exit(9); } wait(&s); if (s == 0) puts("handle");
int f = open(places[i], O_RDONLY); if (mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, f, 0) != MAP_FAILED) puts("mapped"); }`,
      ),
    ],
    ...refused,
    gvisor: { says: /^(mapped\n)*$/ },
  },
  {
    class: "H",
    kind: "program",
    name: "core dumps",
    tries: "crashes with all its memory to be dumped, having raised the limit and named the file",
    programs: [
      cMain(
        'setrlimit(RLIMIT_CORE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}); prctl(PR_SET_DUMPABLE, 1); write(open("/proc/self/coredump_filter", O_WRONLY), "0xff", 4); memset(malloc(8 << 20), 1, 8 << 20); abort();',
      ),
      python("import os\nos.abort()"),
    ],
    ends: ["runtime-error"],
    look: (end) => (end.signal === "SIGABRT" ? undefined : `its signal is ${end.signal}`),
    next: {
      program: python("import os, glob\nprint([f for p in ('/work', '/tmp', '/') for f in glob.glob(p + '/*core*')])"),
      says: "[]\n",
    },
  },
  {
    class: "H",
    kind: "program",
    name: "a terminal's keys",
    tries: "types into the terminal of the first process, takes over its session, and sends itself into the background",
    programs: [
      attempts([
        'ioctl(0, TIOCSTI, "x")',
        'ioctl(1, TIOCSTI, "x")',
        'ioctl(open("/dev/tty", O_RDWR), TIOCSTI, "x")',
        "ioctl(0, TIOCSCTTY, 1)",
        "tcsetpgrp(0, 1)",
        'ioctl(open("/dev/console", O_RDWR), TIOCCONS, 0)',
        'ioctl(0, TIOCLINUX, "\\3")',
      ]),
    ],
    ...refused,
  },
  {
    class: "H",
    kind: "program",
    name: "programs from managed code",
    tries: "leaves the virtual machine: native code, reflection into its insides, other programs, attaching to itself",
    programs: [
      java(
        `for (var command : new String[][] {{"/bin/sh", "-c", "kill -9 1; id -u"}, {"/usr/bin/java", "-version"}}) {
  var p = new ProcessBuilder(command).redirectErrorStream(true).start(); var text = new String(p.getInputStream().readAllBytes()).trim();
  if (text.endsWith("\\n0") || text.equals("0")) System.out.println("root"); }
try { Files.writeString(Path.of("/work/x.so"), "no"); System.load("/work/x.so"); System.out.println("loaded"); } catch (Throwable e) { }
try { var f = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe"); f.setAccessible(true); ((sun.misc.Unsafe) f.get(null)).putAddress(0, 0); } catch (NullPointerException e) { }
System.out.println("end");`,
      ),
      javascript(
        `const { execSync } = require("node:child_process"); try { if (execSync("kill -9 1; id -u", { stdio: ["ignore", "pipe", "ignore"] }).toString().trim() === "0") console.log("root"); } catch {}
try { process.binding("spawn_sync"); process.kill(1, 9); console.log("killed"); } catch {}
try { process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6"); console.log("loaded"); } catch {} console.log("end");`,
      ),
    ],
    ends: ["exited", "runtime-error"],
    // The virtual machine writes a report of its end before it dies.
    look: (end) => (/^(root|loaded|killed)/m.test(end.stdout) ? `it says ${end.stdout}` : undefined),
  },
];
