import { Compile } from "typebox/compile";
import { MediaDown, MediaRequest } from "./media.ts";

const requestValidator = Compile(MediaRequest);
const downValidator = Compile(MediaDown);

/** A request as it was read; or why it could not be, with the id and the type that it at least had. */
export type ParsedRequest =
  | { ok: true; request: MediaRequest }
  | { ok: false; message: string; id: number | null; type: string | undefined };

/** The one place where what a browser sent to the media service becomes a request. */
export function parseMediaRequest(data: string): ParsedRequest {
  const value = parseJson(data);
  if (value === undefined) return { ok: false, message: "The frame is not JSON.", id: null, type: undefined };
  if (requestValidator.Check(value)) return { ok: true, request: value };
  const { id, type } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return {
    ok: false,
    message: "The frame does not have the shape of any known request.",
    id: Number.isInteger(id) ? (id as number) : null, // just seen
    type: typeof type === "string" ? type.slice(0, 64) : undefined,
  };
}

/** The one place where what the media service sent becomes a frame; undefined when it is none. */
export function parseMediaDown(data: string): MediaDown | undefined {
  const value = parseJson(data);
  return downValidator.Check(value) ? value : undefined;
}

export function encodeMedia(frame: MediaRequest | MediaDown): string {
  return JSON.stringify(frame);
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
