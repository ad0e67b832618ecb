import { ApiError, ErrorBody } from "@greenroom/shared/api/error.ts";
import { pistonConnectPath } from "@greenroom/shared/api/piston-routes.ts";
import { type ErrorCode, errorStatus } from "@greenroom/shared/api/route.ts";
import { Value } from "typebox/value";
import type { WebSocket } from "ws";
import { openUpstream } from "./open-upstream.ts";

/**
 * Opens the judge's socket for Piston's clients, with the caller's key: the judge checks it itself. It comes paused.
 * Rejects with an ApiError: the judge's own refusal, or `unavailable`.
 */
export async function connectJudge(options: {
  url: string;
  authorization: string | undefined;
  forwardedFor: string;
}): Promise<WebSocket> {
  const { url, authorization, forwardedFor } = options;
  try {
    return await openUpstream({
      url: new URL(pistonConnectPath, url),
      headers: { "x-forwarded-for": forwardedFor, ...(authorization === undefined ? {} : { authorization }) },
      refused: toRefusal,
    });
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError("unavailable", "The judge does not answer. Try again in a moment.", { cause: error });
  }
}

function toRefusal(body: string): Error {
  try {
    const refusal: unknown = JSON.parse(body);
    if (Value.Check(ErrorBody, refusal) && isErrorCode(refusal.code))
      return new ApiError(refusal.code, refusal.message);
  } catch {
    // Said below.
  }
  return new Error("The judge answered with something that is no refusal of ours.");
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorStatus, code);
}
