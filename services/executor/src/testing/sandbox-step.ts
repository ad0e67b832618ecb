import type { Step, StepEnd, StepLimits } from "../sandbox/protocol.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** Enough for anything that a test of the sandbox itself runs. */
export const testLimits: StepLimits = {
  wallMs: 10_000,
  cpuMs: 10_000,
  memoryKib: 256 * 1024,
  outputBytes: 1024 * 1024,
  processes: 64,
  fileBytes: 32 * 1024 * 1024,
  openFiles: 256,
  stackKib: 64 * 1024,
};

/**
 * Whether sandboxes are gVisor's, whose kernel differs from Linux where tests ask for it: no RLIMIT_NPROC is enforced,
 * /dev/tty cannot be opened, Ctrl-C is not echoed and stays in the input, more than 128 KiB written to a terminal at once
 * are cut, /proc/PID/status is shorter, and times come in steps of 10 ms.
 */
export const underGvisor = process.env["SANDBOX_RUNTIME"] === "runsc";

export interface TestStep extends Partial<Omit<Step, "limits">> {
  limits?: Partial<StepLimits>;
  /** Called with each piece of output. */
  onOutput?: (text: string) => void;
  stop?: AbortSignal;
}

export interface TestStepEnd extends StepEnd {
  stdout: string;
  stderr: string;
}

/** A Python program as a step. */
export const python = (source: string): Partial<Step> => ({
  argv: ["/usr/bin/python3", "-c", source],
  environment: { PATH: "/usr/bin:/bin", PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
});

/** Runs one step to its end and collects what it wrote. */
export async function runStep(sandbox: Sandbox, step: TestStep): Promise<TestStepEnd> {
  const { limits, onOutput, stop, ...given } = step;
  const output = { stdout: "", stderr: "" };
  const end = await sandbox.run(
    {
      argv: ["/bin/true"],
      environment: {},
      files: [],
      input: { kind: "given", bytes: "" },
      user: "same",
      ...given,
      limits: { ...testLimits, ...limits },
    },
    (stream, bytes) => {
      output[stream] += bytes.toString("latin1");
      onOutput?.(output[stream]);
    },
    stop,
  );
  return { ...end, ...output };
}
