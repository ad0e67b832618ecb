import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { python, runStep, type TestStep, underGvisor } from "../testing/sandbox-step.ts";
import { TestJudge } from "../testing/test-judge.ts";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./sandboxes.ts";

let judge: TestJudge;
let sandbox: Sandbox;
beforeAll(async () => {
  judge = await TestJudge.create();
  sandbox = await startSandbox(judge.source, "python");
}, 900_000);
beforeEach(async () => {
  if (sandbox.usable) await sandbox.wipe();
  else sandbox = await startSandbox(judge.source, "python");
});
afterAll(async () => {
  await sandbox?.close();
  await judge.close();
});

const same = (source: string, more: TestStep = {}) => runStep(sandbox, { ...python(source), ...more });
const fresh = (source: string, more: TestStep = {}) => same(source, { user: "fresh", ...more });

/** A program that says of each expression whether it is refused. */
const attempts = (expressions: readonly string[]): string =>
  `import os, shutil
for text in ${JSON.stringify(expressions)}:
    try: eval(text); print("DONE", text)
    except OSError as error: print("refused")`;

it("gives each fresh step a user of its own, and what was compiled to read and not to change", async () => {
  const kept = await same(
    `import os
os.umask(0); os.mkdir("lib", 0o777); os.mkdir("lib/open", 0o1777)
open("lib/a.txt", "w").write("kept"); os.chmod("lib/a.txt", 0o666)
open("/tmp/t", "w").close(); os.mkdir("/dev/shm/d", 0o777); print(os.getuid())`,
    { files: [{ name: "main.py", content: "print(1)" }] },
  );
  expect(kept.stderr).toBe("");
  const expressions = [
    'open("main.py", "a")',
    'open("lib/a.txt", "a")',
    'open("lib/new", "w")',
    'open("lib/open/new", "w")',
    'open("/tmp/t", "a")',
    'open("/dev/shm/d/new", "w")',
    'os.remove("main.py")',
    'os.remove("lib/a.txt")',
    'os.rename("lib", "other")',
    'os.rename("lib/a.txt", "mine")',
    'os.chmod("main.py", 0o777)',
    'os.utime("main.py", (1, 1))',
    'os.setxattr("main.py", "user.a", b"1")',
    'os.setxattr("/work", "user.a", b"1")',
    'os.chmod("/work", 0o777)',
    'os.link("main.py", "linked")',
    'os.link("lib/a.txt", "/work/linked")',
    "os.kill(1, 9)",
    "os.setuid(0)",
  ];
  for (let round = 0; round < 2; round++) {
    const end = await fresh(`${attempts(expressions)}\nprint(open("lib/a.txt").read(), os.getuid())`);
    expect(end.stderr).toBe("");
    const lines = end.stdout.trimEnd().split("\n");
    expect(lines.slice(0, -1)).toEqual(expressions.map(() => "refused"));
    expect(lines.at(-1)).toBe(`kept ${Number(kept.stdout) + 1 + round}`);
  }
});

it("leaves nothing of one fresh step to the next: no file, no process, no name", async () => {
  await same("open('made', 'w').close()");
  const litter = await fresh(`import os
for place in ("/work", "/tmp", "/dev/shm"):
    os.makedirs(place + "/a/b/c"); open(place + "/a/b/c/f", "w").write("secret")
    os.symlink("/work/made", place + "/link"); os.mkfifo(place + "/fifo")
    os.mkdir(place + "/locked"); open(place + "/locked/f", "w").close(); os.chmod(place + "/locked", 0)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for stream in range(3): os.close(stream)
        while True:
            try: open("/tmp/ghost", "w").close()
            except OSError: pass
    os._exit(0)
print("done")`);
  expect(litter).toMatchObject({ reason: "itself", stdout: "done\n", stderr: "" });
  const next = await fresh(`import os
print(*(sorted(os.listdir(place)) for place in ("/work", "/tmp", "/dev/shm", "/dev/pts")))
print([p for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())])`);
  expect(next.stdout).toBe("['made'] [] [] ['ptmx']\n[]\n");
});

it("does not tell a fresh step which files the one before it has read", async () => {
  await same("import os\nopen('a', 'w').write('x'); os.utime('a', (1, 2))");
  await fresh("import os\nprint(open('a').read()); os.listdir('/work')");
  expect((await fresh("import os\nprint(os.stat('a').st_atime)")).stdout).toBe("1.0\n");
});

it("lets a fresh step run what a compiler made for its own user alone", async () => {
  const compiled = await same(
    `import os
os.mkdir("out", 0o700); open("out/program", "w").write("#!/bin/sh\\necho ran"); os.chmod("out/program", 0o700)
open("out/data", "w").close(); os.chmod("out/data", 0o600); os.symlink("/etc/shadow", "out/link")
os.mkdir("out/unreadable"); os.chmod("out/unreadable", 0)`,
  );
  expect(compiled.stderr).toBe("");
  const end = await fresh("", { argv: ["/work/out/program"] });
  expect(end).toMatchObject({ exitCode: 0, stdout: "ran\n" });
  const modes = await fresh(`import os
print(*(oct(os.lstat("out/" + name).st_mode) for name in ("program", "data", "unreadable")), os.stat("/etc/shadow").st_mode & 4)`);
  expect(modes.stdout).toBe("0o100755 0o100644 0o40555 0\n");
});

it("makes a step's own files as its own user, in the directories that they are to be in", async () => {
  const files = [
    { name: "lib/deep/util.py", content: "x = 3" },
    { name: "run.sh", content: "#!/bin/sh\ncat lib/deep/util.py\n", mode: 0o755 as const },
    { name: "empty", content: Buffer.alloc(0) },
    { name: "-rf 'ü\n$(x)", content: "odd" },
  ];
  const end = await fresh("", { argv: ["/work/run.sh"], files });
  expect(end).toMatchObject({ reason: "itself", exitCode: 0, stdout: "x = 3" });
  expect((await fresh("import os\nprint(os.listdir('.'))")).stdout).toBe("[]\n");
});

it("adds files of a fresh step to directories of the kept user only where those are its own", async () => {
  await same("", { files: [{ name: "lib/a", content: "" }] });
  const end = await fresh("print('never')", { files: [{ name: "lib/b", content: "" }] });
  expect(end).toMatchObject({ reason: "not-started", startStage: 3, startErrno: 13, stdout: "" });
});

it.each(["", "/etc/x", "../x", "a/../x", "a//b", "./a", "a/.", "a/", "x".repeat(256), "1/2/3/4/5/6/7/8/9"])(
  "refuses a file named %j",
  async (name) => {
    const refused = await same("", { files: [{ name, content: "" }] }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "sandbox-fault" });
    expect(sandbox.usable).toBe(false);
  },
);

it("never follows a link that lies where a file is to be made", async () => {
  await same("import os\nos.symlink('/tmp/target', 'main.py'); open('/tmp/target', 'w').write('whole')");
  const end = await same("", { files: [{ name: "main.py", content: "overwritten" }] });
  expect(end).toMatchObject({ reason: "not-started", startStage: 3 });
  expect((await same("print(open('/tmp/target').read())")).stdout).toBe("whole\n");
});

// gVisor knows some of these limits and tells of some of this state alone.
it.skipIf(underGvisor)(
  "resets limits, signals, mask and priority for each program, and lets none be raised",
  async () => {
    const end = await fresh(`import os, resource, signal
names = ["CORE", "NPROC", "FSIZE", "NOFILE", "STACK", "MEMLOCK", "MSGQUEUE", "SIGPENDING", "NICE", "RTPRIO"]
print(*(resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1] for name in names))
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
print(status["SigBlk"], status["ShdPnd"], os.nice(0), oct(os.umask(0)))
print(int(status["SigIgn"], 16) & ~(1 << 12 | 1 << 24))
for name in names:
    try: resource.setrlimit(getattr(resource, "RLIMIT_" + name), (2**40, 2**40)); print("RAISED", name)
    except (ValueError, OSError): pass
try: os.nice(-5); print("RAISED")
except OSError: pass`);
    expect(end.stderr).toBe("");
    // Python itself ignores SIGPIPE and SIGXFSZ.
    const mask = "0".repeat(16);
    expect(end.stdout).toBe(`0 64 33554432 256 67108864 65536 0 1024 0 0\n${mask} ${mask} 19 0o22\n0\n`);
  },
);
