import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";

/** The system user that Postgres and Redis run as when we are root: Postgres refuses to be root, and Redis needs not be. */
export const serviceUserName = "greenroom";

export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

function lookUp(flag: "-u" | "-g"): number | undefined {
  const { status, stdout } = spawnSync("id", [flag, serviceUserName], { encoding: "utf8" });
  return status === 0 ? Number(stdout.trim()) : undefined;
}

function findServiceUser(): ServiceUser | undefined {
  const uid = lookUp("-u");
  const gid = lookUp("-g");
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/** The user to run servers as, made when missing; undefined when we are not root and so run them as ourselves. */
export function ensureServiceUser(): ServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = findServiceUser();
  if (existing) return existing;
  // Two test runs may come here at once: whoever loses finds the winner's user.
  const made = spawnSync(
    "useradd",
    [
      "--system",
      "--user-group",
      "--no-create-home",
      "--home-dir",
      "/nonexistent",
      "--shell",
      "/usr/sbin/nologin",
      serviceUserName,
    ],
    { encoding: "utf8" },
  );
  const user = findServiceUser();
  if (!user)
    throw new Error(`The system user ${serviceUserName} could not be made: ${made.stderr || made.error?.message}`);
  return user;
}

export function giveTo(user: ServiceUser | undefined, ...paths: string[]): void {
  if (user) for (const path of paths) chownSync(path, user.uid, user.gid);
}

/** True when `user` passes `test <flag> path`, which also asks whether it may walk through every folder above. */
export function userCan(user: ServiceUser | undefined, { flag, path }: { flag: "-x" | "-w"; path: string }): boolean {
  return spawnSync("/usr/bin/test", [flag, path], user ? { ...user, cwd: "/" } : { cwd: "/" }).status === 0;
}
