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

// Everything that runs in Node is one program, and so are the pages: each library is read once. One thread each: tsc's
// own threads do much of the work several times over, on machines of two cores.
const programs = [".", "apps/web", "packages/bench"];

function checks(): Check[] {
  return [
    ...programs.map((path) => ({
      title: `types of ${path === "." ? "services and scripts" : path}`,
      command: "tsc",
      args: ["-p", path, "--singleThreaded"],
    })),
    { title: "lint", command: "oxlint", args: ["--deny-warnings"] },
    { title: "format", command: "oxfmt", args: ["--check"] },
  ];
}

/** Runs every check, two at a time, and prints a line for each. Resolves to the titles of those that failed. */
export async function runChecks(): Promise<string[]> {
  const waiting = checks();
  const failed: string[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const { title, command, args } = check;
      const problem = await run(tool(command), args, { cwd: root }).then(
        () => undefined,
        (error: Error) => error.message,
      );
      console.log(problem ? `failed  ${title}\n${problem}` : `ok      ${title}`);
      if (problem) failed.push(title);
    }
  };
  await Promise.all([work(), work()]);
  return failed;
}
