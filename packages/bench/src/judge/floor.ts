import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { findImage } from "./engine.ts";

/**
 * Starts whatever each line of its stdin names (argv, as JSON) and says how long it took, in milliseconds: a fork, an exec
 * and a wait, without a copy of the timer's own memory.
 */
const pythonTimer = `
import json, os, sys, time
null = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}
for line in sys.stdin:
    command = json.loads(line)
    start = time.monotonic()
    pid = os.posix_spawn(command[0], command, environment, file_actions=null)
    status = os.waitpid(pid, 0)[1]
    taken = (time.monotonic() - start) * 1000
    print(taken if status == 0 else -1, flush=True)
`;

/** The same for an image without Python: each line is for the shell, whose clock has nanoseconds. */
const shellTimer = `while read -r command; do
  start=$(date +%s%N); if (eval "$command") > /dev/null 2>&1; then end=$(date +%s%N); else end=0; fi
  echo $(( (end - start) / 1000 )) | sed -e 's/^-.*/-1000/' -e 's/...$/.&/'
done`;

/**
 * A floor: programs from the same image as ours, started by a bare fork and exec in one container that nothing limits and
 * that stays, so that the floor and what is measured can take turns.
 */
export class Floor {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  private constructor(child: ChildProcess) {
    if (!child.stdout) throw new Error("The floor's container has no stdout.");
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  static async create(family: string, files: Readonly<Record<string, string>>): Promise<Floor> {
    const written = Object.entries(files).map(
      ([name, content]) => `cat > /tmp/${name} <<'END-OF-FILE'\n${content}\nEND-OF-FILE\n`,
    );
    const timer = family === "python" ? `exec python3 -c '${pythonTimer}'` : shellTimer;
    const script = `${written.join("")}cd /tmp && ${timer}`;
    const image = await findImage(family);
    const free = ["--network", "none", "--security-opt", "seccomp=unconfined"];
    const command = ["run", "-i", "--rm", ...free, "--entrypoint", "sh", image, "-c", script];
    return new Floor(spawn("docker", command, { stdio: ["pipe", "pipe", "inherit"] }));
  }

  /** How long this took in the container, by its clock; milliseconds. */
  async time(command: string | readonly string[]): Promise<number> {
    this.#child.stdin?.write(`${typeof command === "string" ? command : JSON.stringify(command)}\n`);
    const { value } = (await this.#answers.next()) as { value: unknown }; // undefined at its end
    const taken = Number(value);
    if (!(taken >= 0)) throw new Error(`The floor's program failed: ${String(value)}`);
    return taken;
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin?.end();
    await exited;
    this.#lines.close();
  }
}
