/**
 * What can go wrong on our side of a run; the candidate's program is never to blame for these. Each ends the run as
 * "internal-error" with the code in the result.
 *
 * - `engine-unavailable`: no container engine answers.
 * - `runtime-not-ready`: the language's image was not built in time.
 * - `sandbox-lost`: the container went away in the middle of the run.
 * - `sandbox-fault`: the sandbox's first process broke off or could not start the program.
 * - `job-invalid`: the job's data is not a RunJob, or larger than one may be.
 * - `checker-failed`: the problem's checker or interactor does not compile, or said neither 42 nor 43.
 * - `style-not-supported`: the language has no driver for problems in function style.
 * - `executor-lost`: the executors that had it died, as often as a run is taken up again.
 * - `run-overdue`: it did not end within its limits and the time we allow ourselves.
 * - `unexpected`: anything else; the log has it.
 *
 * A producer adds one of its own: `job-failed`, for a job that the queue gave up without a result.
 */
export type RunErrorCode =
  | "engine-unavailable"
  | "runtime-not-ready"
  | "sandbox-lost"
  | "sandbox-fault"
  | "job-invalid"
  | "checker-failed"
  | "style-not-supported"
  | "executor-lost"
  | "run-overdue"
  | "unexpected";

export class RunError extends Error {
  readonly code: RunErrorCode;

  constructor(code: RunErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "RunError";
    this.code = code;
  }
}

/** Somebody stopped the run before it came to anything. */
export class RunStopped extends Error {
  constructor() {
    super("The run was stopped.");
    this.name = "RunStopped";
  }
}
