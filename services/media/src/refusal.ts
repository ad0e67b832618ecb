import type { MediaErrorCode } from "@greenroom/shared/protocol/media.ts";

/** A request that was refused: its code goes back to its sender, and nobody else notices. */
export class Refusal extends Error {
  readonly code: MediaErrorCode;
  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
