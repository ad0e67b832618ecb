import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { run } from "../prepare/progress.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tool = (name: string) => join(root, "node_modules/.bin", name);

interface Check {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
}

function checks(): Check[] {
  const projects = globSync("{packages/*,services/*,apps/*,scripts}/tsconfig.json", { cwd: root }).sort();
  return [
    ...projects.map((path) => ({
      title: `types of ${path.replace("/tsconfig.json", "")}`,
      command: "tsc",
      args: ["-p", path],
    })),
    { title: "lint", command: "oxlint", args: ["--deny-warnings"] },
    { title: "format", command: "oxfmt", args: ["--check"] },
  ].filter(({ command }) => existsSync(tool(command)));
}

/** Runs every check, two at a time, and prints a line for each. Resolves to how many failed. */
export async function runChecks(): Promise<number> {
  const waiting = checks();
  let failed = 0;
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const { title, command, args } = check;
      const problem = await run(tool(command), args, { cwd: root }).then(
        () => undefined,
        (error: Error) => error.message,
      );
      console.log(problem ? `failed  ${title}\n${problem}` : `ok      ${title}`);
      if (problem) failed += 1;
    }
  };
  await Promise.all([work(), work()]);
  return failed;
}
