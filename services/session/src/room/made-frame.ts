import { TextFrame } from "@greenroom/shared/node/whole-frame-socket.ts";
import { encode } from "@greenroom/shared/protocol/codec.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";

/** A frame as it is written: made once, for all whom it goes to. */
export interface MadeFrame {
  readonly type: DownFrame["type"];
  readonly data: TextFrame;
}

export function makeFrame(frame: DownFrame): MadeFrame {
  return { type: frame.type, data: TextFrame.of(encode(frame)) };
}
