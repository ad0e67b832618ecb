import { setTimeout } from "node:timers/promises";
import type { VerifyAccessToken } from "@greenroom/shared/node/access-token.ts";
import type { FrameErrorCode } from "@greenroom/shared/protocol/error.ts";
import { type Action, can } from "@greenroom/shared/roles.ts";
import { FencedError, LogFullError } from "../log/room-log.ts";
import type { Connection } from "./connection.ts";
import type { Room } from "./room.ts";
import type { TokenBucket } from "@greenroom/shared/node/token-bucket.ts";

/** One frame from one participant. */
export interface FrameContext {
  readonly room: Room;
  readonly connection: Connection;
  readonly verifyAccessToken: VerifyAccessToken;
}

/** A frame that was refused: its code goes back to its sender, and nobody else notices. */
export class Refusal extends Error {
  readonly code: FrameErrorCode;
  constructor(code: FrameErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What an error is to the sender of the frame; undefined for a fault of ours. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof FencedError) return new Refusal("session-ended", "The session has ended or moved.");
  if (error instanceof LogFullError) return new Refusal("rate-limited", "Too much waits to be written down.");
  return undefined;
}

/** Throws unless the participant's role lets them do this, in a session that has not ended. */
export function requireLive({ room, connection }: FrameContext, action: Action): void {
  if (!can(connection.participant.role, action))
    throw new Refusal("not-allowed", "Your role does not let you do this.");
  if (!room.isLive) throw new Refusal("session-ended", "The session has ended; nothing in it changes any more.");
}

/** Slowed, not refused: the socket's next frame waits behind this one. */
export async function inTurn(bucket: TokenBucket): Promise<void> {
  for (let wait = bucket.take(); wait > 0; wait = bucket.take()) await setTimeout(wait);
}
