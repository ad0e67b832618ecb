/**
 * What can go wrong on our side of a run; the candidate's program is never to blame for these. Each ends the run as
 * "internal-error" with the code in the result.
 *
 * - `engine-unavailable`: no container engine answers.
 * - `runtime-not-ready`: the language's image was not built in time.
 * - `sandbox-lost`: the container went away in the middle of the run.
 * - `sandbox-fault`: the sandbox's first process broke off or could not start the program.
 * - `job-invalid`: the job's data is not a RunJob.
 * - `unexpected`: anything else; the log has it.
 */
export type RunErrorCode =
  | "engine-unavailable"
  | "runtime-not-ready"
  | "sandbox-lost"
  | "sandbox-fault"
  | "job-invalid"
  | "unexpected";

export class RunError extends Error {
  readonly code: RunErrorCode;

  constructor(code: RunErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "RunError";
    this.code = code;
  }
}
