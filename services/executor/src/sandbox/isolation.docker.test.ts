import { afterAll, beforeAll, expect, it } from "vitest";
import { underGvisor } from "../testing/sandbox-step.ts";
import { TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

/** Runs in one session: each run follows the other in the same sandbox. */
const python = (source: string, trustDomain = "session:one") =>
  judge.run({ language: "python", source, trustDomain, limits: { wallMs: 15_000 } });
const c = (source: string) =>
  judge.run({ language: "c", source, trustDomain: "session:one", limits: { wallMs: 15_000 } });

/** A C program that says of each of these calls whether the kernel refused it (a failure) or did it. */
const refusals = (calls: readonly string[]): string => `#define _GNU_SOURCE
#include <errno.h>\n#include <stdio.h>\n#include <sched.h>\n#include <string.h>\n#include <unistd.h>\n#include <sys/syscall.h>
#include <sys/mount.h>\n#include <sys/ptrace.h>\n#include <sys/socket.h>\n#include <sys/stat.h>\n#include <sys/shm.h>\n#include <fcntl.h>\n#include <signal.h>
#define TRY(call) printf("%s%s\\n", (long)(call) == -1 ? "refused: " : "DONE: ", #call)
int main(void) { ${calls.map((call) => `TRY(${call});`).join("\n")} return 0; }`;

it("refuses every way out", async () => {
  const calls = [
    'open("/proc/1/mem", O_RDWR)',
    // gVisor shows it to all; there is nothing in it but what the engine gives every container.
    ...(underGvisor ? [] : ['open("/proc/1/environ", O_RDONLY)']),
    'open("/proc/1/fd/1", O_WRONLY)',
    'open("/proc/1/root/work", O_RDONLY)',
    'open("/supervisor", O_WRONLY)',
    "syscall(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0)",
    "ptrace(PTRACE_TRACEME, 0, 0, 0)",
    "kill(1, SIGKILL)",
    "kill(1, SIGSTOP)",
    "setuid(0)",
    "setgid(0)",
    'mount("none", "/tmp", "tmpfs", 0, 0)',
    'chroot("/proc/1/root")',
    "unshare(CLONE_NEWUSER)",
    "syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)",
    "syscall(SYS_clone3, 0, 0)",
    "syscall(SYS_bpf, 0, 0, 0)",
    "syscall(SYS_keyctl, 0, -3, 0)",
    'syscall(SYS_add_key, "user", "a", "b", 1, -3)',
    "syscall(SYS_io_uring_setup, 1, 0)",
    "syscall(SYS_userfaultfd, 0)",
    "syscall(SYS_perf_event_open, 0, 0, -1, -1, 0)",
    "syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0)",
    "syscall(SYS_open_by_handle_at, 3, 0, 0)",
    'syscall(SYS_mq_open, "/a", O_CREAT, 0600, 0)',
    "shmget(1, 4096, IPC_CREAT | 0600)",
    "socket(AF_NETLINK, SOCK_RAW, 0)",
    "socket(38, SOCK_SEQPACKET, 0)",
    "socket(40, SOCK_STREAM, 0)",
    'mknod("/work/disk", S_IFBLK | 0600, makedev(8, 0))',
    'mknod("/work/terminal", S_IFCHR | 0600, makedev(5, 0))',
    'mknod("/work/null", 0x10000 | S_IFCHR | 0600, makedev(1, 3))',
    'open("/dev/mqueue/a", O_CREAT | O_RDWR, 0600)',
    'open("/etc/passwd", O_WRONLY)',
    'open("/var/tmp/a", O_CREAT | O_WRONLY, 0600)',
    'open("/run/a", O_CREAT | O_WRONLY, 0600)',
    'open("/usr/a", O_CREAT | O_WRONLY, 0600)',
    'open("/proc/sys/kernel/core_pattern", O_WRONLY)',
    'open("/sys/fs/cgroup/memory/memory.limit_in_bytes", O_WRONLY)',
    'open("/sys/fs/cgroup/memory.max", O_WRONLY)',
    'open("/proc/kcore", O_RDONLY) - 0',
    'sethostname("x", 1)',
    "syscall(SYS_reboot, 0xfee1dead, 672274793, 0x1234567, 0)",
  ];
  const end = await c(refusals(calls).replace("#include <fcntl.h>", "#include <fcntl.h>\n#include <sys/sysmacros.h>"));
  expect(end.compile).toBe("");
  expect(end).toMatchObject({ outcome: "exited", stderr: "" });
  // What is masked opens as an empty file.
  const done = end.stdout.split("\n").filter((line) => line.startsWith("DONE") && !line.includes("kcore"));
  expect(done).toEqual([]);
  expect(end.stdout.match(/refused/g)?.length).toBeGreaterThanOrEqual(calls.length - 1);
});

it("gives programs no capability, no way to get one, and a user of their own for each run", async () => {
  const getNoNewPrivileges = 39;
  const source = `import ctypes
print(open("/proc/self/status").read())
print("no new privileges:", ctypes.CDLL(None).prctl(${getNoNewPrivileges}, 0, 0, 0, 0))`;
  const first = await python(source);
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", ...(underGvisor ? [] : ["CapAmb"])]) {
    expect(first.stdout).toContain(`${set}:\t0000000000000000`);
  }
  expect(first.stdout).toContain("no new privileges: 1");
  expect(first.stdout).toContain("Seccomp:\t2");
  // The engine's profile and the supervisor's own filter; gVisor heeds the second alone.
  if (!underGvisor) expect(first.stdout).toContain("Seccomp_filters:\t2");
  expect(first.stdout).toMatch(/Groups:\t\s*\n/);
  const user = (text: string): string => /Uid:\t(\d+)\t\1\t\1\t\1/.exec(text)?.[1] ?? "";
  expect(Number(user(first.stdout))).toBeGreaterThan(1_000_000);
  const second = await python(source);
  expect(Number(user(second.stdout))).toBe(Number(user(first.stdout)) + 1);
});

it("survives a program that signals everybody", async () => {
  const end = await c("#include <signal.h>\nint main(void) { kill(-1, SIGKILL); kill(1, SIGKILL); return 7; }");
  expect(end).toMatchObject({ outcome: "runtime-error", exitCode: 7 });
  expect(await python("print('alive')")).toMatchObject({ stdout: "alive\n" });
});

it("has no network, and knows nobody's name", async () => {
  const source = `import socket, os
for address in ("1.1.1.1", "169.254.169.254", "172.17.0.1"):
    s = socket.socket(); s.settimeout(1)
    try: s.connect((address, 80)); print("CONNECTED")
    except OSError as error: print(error.errno in (101, 113))
try: print(socket.gethostbyname("example.org"))
except OSError: print("no name")
interfaces = "/sys/class/net"
print(os.listdir(interfaces) if os.path.exists(interfaces) else ["lo"], socket.gethostname(), os.path.exists("/var/run/docker.sock"))`;
  expect(await python(source)).toMatchObject({ stdout: "True\nTrue\nTrue\nno name\n['lo'] sandbox False\n" });
});

it("gives programs an environment of ours alone, and three open files", async () => {
  const source = `import os
print(sorted(os.environ), sorted(int(n) for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")))
print(os.getcwd(), os.umask(0), os.getsid(0) == os.getpid())`;
  const end = await python(source);
  expect(end.stdout).toBe(
    "['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONUNBUFFERED'] [0, 1, 2]\n/work 18 True\n",
  );
});

it("sees no process but its own", async () => {
  const source = "import os; print([p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, os.getpid())])";
  expect(await python(source)).toMatchObject({ stdout: "[]\n" });
});

const litter = `import os, subprocess, threading, socket, sys
for place in ("/work", "/tmp", "/dev/shm"):
    os.makedirs(place + "/a/b/c"); open(place + "/a/b/c/f", "w").write("secret")
    open(place + "/.hidden", "w").write("secret"); os.symlink("/etc", place + "/link"); os.mkfifo(place + "/fifo")
    os.mkdir(place + "/locked"); open(place + "/locked/f", "w").write("x"); os.chmod(place + "/locked", 0)
    open(place + "/-rf", "w"); open(place.encode() + b"/\\xff\\n", "w")
deep = os.open("/work", os.O_RDONLY)
for i in range(1500):
    os.mkdir("d", dir_fd=deep); deep = (os.open("d", os.O_RDONLY, dir_fd=deep), os.close(deep))[0]
s = socket.socket(socket.AF_UNIX); s.bind("/tmp/socket")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(0); os.close(1); os.close(2)
        import time
        while True:
            try: open("/tmp/ghost", "w").write("boo")
            except OSError: pass
            time.sleep(0.001)
    os._exit(0)
print("done")`;

it("leaves nothing of a run to the next one: no file anywhere, no process", async () => {
  expect(await python(litter)).toMatchObject({ outcome: "exited", stdout: "done\n", stderr: "" });
  const source = `import os
for place in ("/work", "/tmp", "/dev/shm", "/dev/mqueue"):
    if os.path.exists(place): print(place, os.listdir(place))
print(len([p for p in os.listdir("/proc") if p.isdigit()]), os.statvfs("/work").f_files - os.statvfs("/work").f_ffree)`;
  const end = await python(source);
  // gVisor has no message queues, and counts no files.
  const rest = underGvisor ? "2 0\n" : "/dev/mqueue []\n2 2\n";
  expect(end.stdout).toBe(`/work ['main.py']\n/tmp []\n/dev/shm []\n${rest}`);
});

it("does not let a program fill the disk", async () => {
  const source = `import os
for name in ("big", "second", "third"):
    try:
        with open("/tmp/" + name, "wb", buffering=0) as f:
            while True: f.write(b"x" * (1 << 20))
    except OSError as error: print(error.errno)`;
  // EFBIG, as one file may not be that big; ENOSPC, as all together may not.
  expect(await python(source)).toMatchObject({ outcome: "exited", stdout: "27\n27\n28\n" });
  expect(await python("print('next')")).toMatchObject({ stdout: "next\n" });
});

// gVisor counts no files: there, their names take memory of the container, and time to make.
it.skipIf(underGvisor)("does not let a program use up the disk's files", async () => {
  const source = `try:
    for i in range(100000): open(f"/work/{i}", "w")
except OSError as error: print(error.errno)`;
  expect(await python(source)).toMatchObject({ outcome: "exited", stdout: "28\n" });
  expect(await python("print('next')")).toMatchObject({ stdout: "next\n" });
});

it("never gives a trust domain's sandbox to another, and gives it its own again", async () => {
  // Only the executor knows a container's id, so the sandboxes tell themselves apart by their first user.
  const source = "import os; print(os.getuid() // 10000)";
  const seen = new Map<string, Set<string>>();
  for (const domain of ["session:a", "session:b", "session:c", "session:a", "session:b", "session:a"]) {
    const end = await python(source, domain);
    seen.set(domain, (seen.get(domain) ?? new Set()).add(end.stdout.trim()));
  }
  const all = [...seen.values()];
  expect(all.map((set) => set.size)).toEqual([1, 1, 1]);
  expect(new Set(all.flatMap((set) => [...set])).size).toBe(3);
});

it("replaces a container that was lost", async () => {
  await python("print(1)", "session:lost");
  const ids = await judge.containerIds();
  const running = python("import time; print('on'); time.sleep(4)", "session:lost");
  const ending = running.catch((error: unknown) => error);
  for (const id of ids) await judge.engine.removeContainer(id);
  expect(await ending).toMatchObject({ code: "sandbox-lost" });
  expect(await python("print('again')", "session:lost")).toMatchObject({ stdout: "again\n" });
});

it("removes every container when it closes", async () => {
  expect((await judge.containerIds()).length).toBeGreaterThan(0);
  await judge.pool.close();
  await expect.poll(() => judge.containerIds(), { timeout: 5_000 }).toEqual([]);
});
