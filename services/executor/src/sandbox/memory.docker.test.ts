import { afterAll, beforeAll, expect, it } from "vitest";
import { underGvisor } from "../testing/sandbox-step.ts";
import { TestJudge } from "../testing/test-judge.ts";

let judge: TestJudge;
beforeAll(async () => {
  judge = await TestJudge.create();
}, 900_000);
afterAll(() => judge.close());

const mib = 1024;
const c = (source: string, memoryMib: number) =>
  judge.run({ language: "c", source, limits: { memoryKib: memoryMib * mib }, trustDomain: "session:memory" });

/** Lives long enough to be looked at. */
const take = (size: number, kind: "MAP_SHARED" | "MAP_PRIVATE"): string => `#define _GNU_SOURCE
#include <string.h>\n#include <sys/mman.h>\n#include <unistd.h>
int main(void) {
  char *p = mmap(0, ${size}L << 20, PROT_READ | PROT_WRITE, ${kind} | MAP_ANONYMOUS, -1, 0);
  memset(p, 1, ${size}L << 20); usleep(300000);
}`;

it("tells a virtual machine's own memory from the files that it has mapped", async () => {
  const sources = {
    java: `public class Main { public static void main(String[] a) throws Exception { Thread.sleep(300); } }`,
    javascript: "setTimeout(() => {}, 300)",
    python: "import time; time.sleep(0.3)",
  } as const;
  for (const language of ["java", "javascript", "python"] as const) {
    const end = await judge.run({ language, source: sources[language] });
    expect(end, language).toMatchObject({ outcome: "exited" });
    expect(end.memoryKib, language).toBeLessThan(64 * mib);
    expect(end.memoryKib, language).toBeGreaterThan(4 * mib);
  }
});

it.each(["MAP_PRIVATE", "MAP_SHARED"] as const)("counts what a program has mapped %s and written to", async (kind) => {
  const end = await c(take(48, kind), 64);
  expect(end).toMatchObject({ outcome: "exited" });
  expect(end.memoryKib).toBeGreaterThan(48 * mib);
  expect(await c(take(80, kind), 64)).toMatchObject({ outcome: "memory-limit" });
});

/** Eight processes with one mapping. */
const sharing = (size: number, body: string): string => `#define _GNU_SOURCE
#include <string.h>\n#include <sys/mman.h>\n#include <sys/wait.h>\n#include <unistd.h>
int main(void) {
  long all = ${size}L << 20, part = all / 8;
  char *p = mmap(0, all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 8; i++) if (!fork()) { ${body}; usleep(500000); _exit(0); }
  while (wait(0) > 0) {}
}`;

it("counts what all of them use once", async () => {
  // Nine processes have something of their own besides, in gVisor up to two MiB each.
  const end = await c(sharing(48, "memset(p, 1, all)"), 128);
  expect(end).toMatchObject({ outcome: "exited" });
  expect(end.memoryKib).toBeGreaterThan(48 * mib);
});

it.skipIf(underGvisor)("counts shared memory of which each process uses another part", async () => {
  expect(await c(sharing(100, "memset(p + part * i, 1, part)"), 64)).toMatchObject({ outcome: "memory-limit" });
  const end = await c(sharing(48, "memset(p + part * i, 1, part)"), 64);
  expect(end).toMatchObject({ outcome: "exited" });
  expect(end.memoryKib).toBeGreaterThan(48 * mib);
});

it.skipIf(underGvisor)("counts memory that no process has mapped any more, and no files", async () => {
  const hoard = (open: string): string => `#define _GNU_SOURCE
#include <fcntl.h>\n#include <sys/mman.h>\n#include <unistd.h>
static char block[1 << 20];
int main(void) {
  int one = ${open.replaceAll("NAME", '"/tmp/one"')}, other = ${open.replaceAll("NAME", '"/work/other"')};
  for (int i = 0; i < 31; i++) if (write(one, block, sizeof block) < 0 || write(other, block, sizeof block) < 0) return 1;
  usleep(500000);
}`;
  const inMemory = await c(hoard("memfd_create(NAME, 0)"), 128);
  expect(inMemory).toMatchObject({ outcome: "exited" });
  expect(inMemory.memoryKib).toBeGreaterThan(62 * mib);
  expect(await c(hoard("open(NAME, O_CREAT | O_RDWR, 0600)"), 16)).toMatchObject({ outcome: "exited" });
});
