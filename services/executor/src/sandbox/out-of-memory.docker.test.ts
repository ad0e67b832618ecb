import { afterAll, beforeAll, expect, it } from "vitest";
import { underGvisor } from "../testing/sandbox-step.ts";
import { TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create(["python", "c"]);
}, 900_000);
afterAll(() => judge.close());

/**
 * Fills memory that no process is charged with, so that the supervisor cannot see it and the kernel, when it looks for the
 * largest process, finds the supervisor: files in the writable places first, then what waits in sockets. The processes that
 * hold the sockets are as small as can be, and ask to be spared.
 */
const hidden = `#define _GNU_SOURCE
#include <fcntl.h>\n#include <signal.h>\n#include <stdlib.h>\n#include <sys/socket.h>\n#include <unistd.h>
static char block[1 << 16];
static void fill(const char *name) {
  int file = open(name, O_CREAT | O_WRONLY, 0600);
  while (write(file, block, sizeof block) > 0) {}
}
static void hoard(void) {
  for (int ends[2]; !socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);)
    for (int i = 0; i < 2; i++) {
      int most = 1 << 20;
      setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &most, sizeof most);
      while (write(ends[i], block, sizeof block) > 0) {}
    }
  for (;;) pause();
}
int main(void) {
  int spare = open("/proc/self/oom_score_adj", O_WRONLY);
  if (write(spare, "0", 1) < 0) return 1;
  signal(SIGXFSZ, SIG_IGN);
  fill("/tmp/a"); fill("/tmp/b"); fill("/work/c");
  for (int i = 0; i < 50; i++) if (!fork()) hoard();
  for (;;) pause();
}`;

it("is over its memory limit when memory ran out in the whole sandbox, which is replaced", async () => {
  const source = { language: "c", source: hidden, trustDomain: "session:hidden" } as const;
  await judge.run({ ...source, source: "int main(void) { return 0; }" });
  const before = await judge.containerIds();
  const end = await judge.run({ ...source, limits: { memoryKib: 64 * 1024, wallMs: 30_000, cpuMs: 30_000 } });
  expect(end).toMatchObject({ outcome: "memory-limit", signal: "SIGKILL" });
  const next = await judge.run({ ...source, source: '#include <stdio.h>\nint main(void) { puts("calm"); }' });
  expect(next).toMatchObject({ outcome: "exited", stdout: "calm\n" });
  // gVisor keeps all of it in one process, whose size the supervisor sees: nothing is taken along there.
  if (!underGvisor) expect(await judge.containerIds()).not.toEqual(before);
}, 60_000);

it.skipIf(underGvisor)(
  "gives nobody a sandbox in which the kernel had to end a program for want of memory",
  async () => {
    // Tables of pages are in no process's resident size, so that only the kernel sees them.
    const source = `#define _GNU_SOURCE
#include <sys/mman.h>
int main(void) {
  long n = 1L << 46, s = 0;
  volatile char *p = mmap(0, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  madvise((void *)p, n, MADV_NOHUGEPAGE);
  for (long i = 0; i < n; i += 2 << 20) s += p[i];
  return (int)s;
}`;
    const run = { language: "c", trustDomain: "session:tables" } as const;
    await judge.run({ ...run, source: "int main(void) { return 0; }" });
    const before = await judge.containerIds();
    expect(await judge.run({ ...run, source })).toMatchObject({ outcome: "memory-limit" });
    const next = await judge.run({ ...run, source: "int main(void) { return 0; }" });
    expect(next).toMatchObject({ outcome: "exited" });
    await judge.settled();
    const after = await judge.containerIds();
    expect(before.filter((id) => after.includes(id)).length).toBeLessThan(before.length);
  },
);

it("grades the other cases of a program that took its sandbox along", async () => {
  const source = hidden.replace(
    "int main(void) {",
    "int main(void) { char first = 0; if (read(0, &first, 1) && first == 'b') return 0;",
  );
  const end = await judge.grade({
    language: "c",
    source,
    cases: [
      ["b", ""],
      ["a", ""],
      ["b", ""],
    ],
    limits: { memoryKib: 64 * 1024, wallMs: 30_000, cpuMs: 30_000 },
  });
  expect(end.cases?.map(({ verdict }) => verdict)).toEqual(["accepted", "memory-limit", "accepted"]);
}, 90_000);
