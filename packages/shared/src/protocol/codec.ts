import { Compile } from "typebox/compile";
import { DownFrame } from "./down.ts";
import { UpFrame } from "./up.ts";

const upValidator = Compile(UpFrame);
const downValidator = Compile(DownFrame);

/** A frame as it was read, or why it could not be. The type is told where the text at least named one. */
export type Parsed<F> = { ok: true; frame: F } | { ok: false; message: string; type: string | undefined };

/** The one place where what a client sent becomes a frame. [E2] */
export function parseUp(data: string): Parsed<UpFrame> {
  return parse(data, (value): value is UpFrame => upValidator.Check(value));
}

/** The one place where what a server sent becomes a frame. */
export function parseDown(data: string): Parsed<DownFrame> {
  return parse(data, (value): value is DownFrame => downValidator.Check(value));
}

export function encode(frame: UpFrame | DownFrame): string {
  return JSON.stringify(frame);
}

function parse<F>(data: string, isFrame: (value: unknown) => value is F): Parsed<F> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { ok: false, message: "The frame is not JSON.", type: undefined };
  }
  if (isFrame(value)) return { ok: true, frame: value };
  const type =
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
      ? value.type.slice(0, 64)
      : undefined;
  return { ok: false, message: "The frame does not have the shape of any known frame.", type };
}
