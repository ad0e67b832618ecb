import type { Command } from "../runtimes.ts";
import { baseEnvironment, compileLimits } from "../runtimes.ts";
import type { StepEnd, StepEndReason, StepFile } from "../sandbox/protocol.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { RunOutput } from "./output.ts";

/** What is added to the compiler's words when it was we who ended it. */
const explanations: Partial<Record<StepEndReason, string>> = {
  wall: `Compiling took longer than ${compileLimits.wallMs / 1000} s and was ended.`,
  cpu: `Compiling took more than ${compileLimits.cpuMs / 1000} s of CPU time and was ended.`,
  memory: `Compiling took more than ${compileLimits.memoryKib / 1024} MiB of memory and was ended.`,
  output: `The compiler said more than ${compileLimits.outputBytes / 1024} KiB and was ended.`,
};

/** Compiles the source in the sandbox in which it will run; what the compiler says goes to the stream "compile". */
export async function compile(options: {
  sandbox: Sandbox;
  command: Command;
  source: StepFile;
  output: RunOutput;
  signal: AbortSignal;
}): Promise<StepEnd> {
  const { sandbox, command, output } = options;
  const end = await sandbox.run(
    {
      argv: command.argv,
      environment: { ...baseEnvironment, ...command.environment },
      files: [options.source],
      stdin: "",
      limits: compileLimits,
    },
    (stream, bytes) => output.write("compile", bytes, `compile ${stream}`),
    options.signal,
  );
  output.endSource("compile", "compile stdout");
  output.endSource("compile", "compile stderr");
  const explanation = end.outOfMemory ? explanations.memory : explanations[end.reason];
  if (explanation !== undefined) output.writeText("compile", `\n${explanation}\n`);
  return end;
}
