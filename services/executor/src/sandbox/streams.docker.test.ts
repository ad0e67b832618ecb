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
beforeEach(async () => sandbox.wipe());
afterAll(async () => {
  await sandbox?.close();
  await judge.close();
});

const byName = `
word = open("/dev/stdin").readline().strip()
open("/dev/stdout", "w").write(f"got {word}\\n")
open("/dev/stderr", "w").write("and said so\\n")
`;

it("lets a program open its streams by their names", async () => {
  const given = await runStep(sandbox, { ...python(byName), input: { kind: "given", bytes: "this\n" } });
  expect(given).toMatchObject({ exitCode: 0, stdout: "got this\n", stderr: "and said so\n" });
});

it("lets a program open its terminal by the names of its streams", async () => {
  const terminal: TestStep = { input: { kind: "terminal", columns: 80, rows: 24 } };
  const ending = runStep(sandbox, { ...python(byName), ...terminal });
  sandbox.write("that\n");
  const end = await ending;
  expect(end.stdout).toContain("got that\r\nand said so\r\n");
  expect(end.exitCode).toBe(0);
});

// In gVisor a pipe has no mode: there the program may read back what it wrote.
it.skipIf(underGvisor)("lets nobody open the wrong way what goes one way", async () => {
  const source = `
import os
for name, flags in [("/dev/stdin", os.O_WRONLY), ("/dev/stdout", os.O_RDONLY), ("/dev/stderr", os.O_RDONLY)]:
    try: os.open(name, flags); print("opened", name)
    except PermissionError: print("refused")
`;
  expect(await runStep(sandbox, python(source))).toMatchObject({ stdout: "refused\n".repeat(3) });
});

it("hands on in order what a program writes bit by bit, and all that it wrote last", async () => {
  const source = `
import os, time
for number in range(300):
    os.write(1, b"%d " % number)
    if number % 50 == 0: time.sleep(0.002)
os.write(1, b"end")
`;
  const expected = `${Array.from({ length: 300 }, (_, number) => `${number} `).join("")}end`;
  expect(await runStep(sandbox, python(source))).toMatchObject({ stdout: expected, exitCode: 0 });
});
