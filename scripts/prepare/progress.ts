import { spawn } from "node:child_process";

const interactive = process.stdout.isTTY === true;
// A terminal shows the seconds as they pass; a log gets a line now and then.
const everyMs = interactive ? 1_000 : 15_000;

/** Does one step of the set-up under a title, and shows how many seconds it has taken so far when it is a long one. */
export async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const erase = interactive ? "\r\u001b[K" : "";
  if (interactive) process.stdout.write(`${title} …`);
  else console.log(`${title} …`);
  const ticker = setInterval(() => {
    process.stdout.write(interactive ? `${erase}${title} … ${seconds()} s` : `  … ${seconds()} s\n`);
  }, everyMs);
  try {
    const result = await work();
    const took = seconds();
    if (interactive) console.log(`${erase}${title} (${took} s)`);
    else if (took >= 2) console.log(`  done in ${took} s`);
    return result;
  } catch (error) {
    if (interactive) console.log(`${erase}${title}: failed`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/** Runs a command quietly, and fails with the end of what it printed when it fails. Resolves to its standard output. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; limitMs?: number } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: options.limitMs,
      // Its own session: Ctrl-C must not tear a package manager in two. Who exits first leaves it to finish.
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    let everything = "";
    child.stdout.on("data", (chunk: Buffer) => ((output += chunk.toString()), (everything += chunk.toString())));
    child.stderr.on("data", (chunk: Buffer) => (everything += chunk.toString()));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = everything.trimEnd().split("\n").slice(-15).join("\n");
      reject(new Error(`${command} ${args.join(" ")} ended with ${signal ?? code}:\n${tail}`));
    });
  });
}

/** True when the command runs and succeeds. */
export async function succeeds(command: string, args: readonly string[], limitMs = 20_000): Promise<boolean> {
  return run(command, args, { limitMs }).then(
    () => true,
    () => false,
  );
}
