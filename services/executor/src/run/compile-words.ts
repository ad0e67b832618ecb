import type { StepEnd, StepLimits } from "../sandbox/protocol.ts";

/** What is added to the compiler's words when it was we who ended it; undefined when it ended by itself. */
export function explainCompileEnd(end: StepEnd, limits: StepLimits): string | undefined {
  if (end.outOfMemory || end.reason === "memory")
    return `Compiling took more than ${limits.memoryKib / 1024} MiB of memory and was ended.`;
  if (end.reason === "wall") return `Compiling took longer than ${limits.wallMs / 1000} s and was ended.`;
  if (end.reason === "cpu") return `Compiling took more than ${limits.cpuMs / 1000} s of CPU time and was ended.`;
  if (end.reason === "output")
    return `The compiler said more than ${Math.round(limits.outputBytes / 1024)} KiB and was ended.`;
  return undefined;
}
