import { expect, it } from "vitest";
import { createPasswords, owaspCost } from "./password.ts";

it("hashes with argon2id at OWASP's cost, salted", async () => {
  const passwords = await createPasswords();
  const [one, other] = [await passwords.hash("correct horse"), await passwords.hash("correct horse")];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(other).not.toBe(one);
});

it("knows the right password, however its letters were composed, and no other", async () => {
  const passwords = await createPasswords({ memoryKiB: 8, passes: 1 });
  const hash = await passwords.hash("zür\u0069\u0308ch lake");
  expect(await passwords.verify("zür\u00efch lake", hash)).toBe(true);
  expect(await passwords.verify("zurich lake", hash)).toBe(false);
});

it("lets nobody in without an account, not even by the stand-in's password", async () => {
  const passwords = await createPasswords({ memoryKiB: 8, passes: 1 });
  expect(await passwords.verify("nobody", undefined)).toBe(false);
});

it("works as hard for an account that does not exist as for a wrong password", async () => {
  const passwords = await createPasswords({ ...owaspCost, passes: 4 });
  const hash = await passwords.hash("correct horse");
  // CPU time, which other work on the machine does not change.
  const cpuOf = async (passwordHash: string | undefined) => {
    const before = process.cpuUsage();
    for (let attempt = 0; attempt < 5; attempt++) await passwords.verify("wrong", passwordHash);
    return process.cpuUsage(before).user;
  };
  const wrong = await cpuOf(hash);
  expect(await cpuOf(undefined)).toBeGreaterThan(wrong / 2);
});
