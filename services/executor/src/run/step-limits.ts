import type { CompileLimits, RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import type { StepLimits } from "../sandbox/protocol.ts";

/** As much as there is memory, within reason: deep recursion is a candidate's right, and meets the memory limit. */
const maxStackKib = 64 * 1024;

export function runStepLimits(limits: RunLimits, runtime: Runtime): StepLimits {
  return {
    ...limits,
    processes: limits.processes + runtime.ownThreads,
    stackKib: Math.min(limits.memoryKib, maxStackKib),
  };
}

/** A compiler that needs more memory than was asked for has it: how much it takes is not the program's doing. */
export function compileStepLimits(limits: CompileLimits, runtime: Runtime): StepLimits {
  const memoryKib = Math.max(limits.memoryKib, runtime.compileMemoryKib ?? 0);
  return { ...limits, memoryKib, stackKib: maxStackKib };
}
