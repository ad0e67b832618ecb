import type { DownFrame } from "@greenroom/shared/protocol/down.ts";

/** Complete, or it does not compile: a new frame of the protocol has to be thought of here. */
const known: Record<DownFrame["type"], true> = {
  welcome: true,
  pong: true,
  error: true,
  "document.snapshot": true,
  "document.operations": true,
  "operation.ack": true,
  "operation.refused": true,
  language: true,
  presence: true,
  participants: true,
  run: true,
  "run.output": true,
  "run.cases": true,
  problem: true,
  "run.availability": true,
  "session.ended": true,
  chat: true,
  files: true,
};

/**
 * A frame of the server's; undefined for one of a newer protocol. Only its type is looked at: the server is the one that
 * served this page, and validators of every frame would double what a candidate has to load.
 */
export function readFrame(data: unknown): DownFrame | undefined {
  if (typeof data !== "string") return undefined;
  const value: unknown = JSON.parse(data);
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  if (typeof value.type !== "string" || !Object.hasOwn(known, value.type)) return undefined;
  return value as DownFrame;
}
