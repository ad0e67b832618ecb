import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { debianMirror } from "./apt.ts";
import { run } from "./progress.ts";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Unpacks packages of Debian trixie for `use`, which is given the folder they are in, without installing them: for what
 * bookworm does not have and what needs little more than its libc. An apt state of its own leaves the machine's package
 * lists and pins alone; apt checks the suite's signature as always.
 */
export async function unpackFromTrixie(packages: readonly string[], use: (root: string) => void): Promise<void> {
  const mirror = await debianMirror();
  const folder = mkdtempSync(join(tmpdir(), "greenroom-apt-"));
  try {
    for (const path of ["lists/partial", "cache/archives/partial", "root"])
      mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, "sources.list"), `deb [signed-by=${keyring}] ${mirror} trixie main\n`);
    const settings = [
      `Dir::Etc::sourcelist=${folder}/sources.list`,
      "Dir::Etc::sourceparts=-",
      `Dir::State::lists=${folder}/lists`,
      `Dir::Cache=${folder}/cache`,
      "APT::Sandbox::User=root",
    ].flatMap((setting) => ["-o", setting]);
    const apt = (...args: string[]) => run("apt-get", [...settings, ...args], { cwd: folder });
    await apt("update");
    await apt("download", ...packages);
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
      await run("dpkg-deb", ["--extract", join(folder, file), join(folder, "root")]);
    }
    use(join(folder, "root"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
