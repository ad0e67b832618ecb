import { Type, type Static } from "typebox";
import { errorStatus, type ErrorCode } from "./route.ts";

/** The body of every answer that is not a success. */
export const ErrorBody = Type.Object({
  code: Type.String(),
  /** In words a person can act on. */
  message: Type.String(),
  /** With "rate-limited": milliseconds to wait. */
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type ErrorBody = Static<typeof ErrorBody>;

/** Thrown anywhere below a route; one place turns it into an answer. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = "ApiError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}
