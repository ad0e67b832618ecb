// The call, through the whole product as it is started anywhere, beside a bare mediasoup (bare/) that does nothing but
// what a join takes.
//
// Its parts, each of which runs alone with `--part`: `first-frame` joins from Chromium, with the web app's own client and
// with the least that joins a bare one; `signalling` joins by mediasoup's client without a browser, whose own time would
// hide what we add; `bytes` counts what comes to one of eight in the side strip, and what the others send at best; `heal`
// kills the media service under a call; `keystroke` types in a room in which both send video, and in one in which nobody
// does; `room-memory` counts what rooms of four hold. `soak` runs only when `--soak MINUTES` is given, and then alone.
import type { Bench, Row, Target } from "../bench.ts";
import { measureBytes } from "./bytes.ts";
import { measureFirstFrame } from "./first-frame.ts";
import { measureHeal } from "./heal.ts";
import { measureKeystroke } from "./keystroke.ts";
import { MediaGround } from "./media-ground.ts";
import { measureRoomMemory } from "./room-memory.ts";
import { measureSignalling } from "./signalling.ts";
import { soak } from "./soak.ts";

export interface PartOptions {
  readonly quick: boolean;
  readonly note: (text: string) => void;
}

/** What these figures have to be, in the units they are given in. */
const targets: Readonly<Record<string, Target>> = {
  "first-frame-p50": { atMost: 0.8 },
  "first-frame-p95": { atMost: 1.5 },
  signalling: { atMost: 1.15 },
  "bytes-per-viewer": { atMost: 0.35 },
  "heal-p95": { atMost: 3 },
  "keystroke-with-video": { atMost: 1.5 },
  "room-memory": { atMost: 10 },
};

/** In the order in which they are measured. */
const parts: Readonly<Record<string, (ground: MediaGround, options: PartOptions) => Promise<Row[]>>> = {
  signalling: measureSignalling,
  "first-frame": measureFirstFrame,
  bytes: measureBytes,
  heal: measureHeal,
  keystroke: measureKeystroke,
  "room-memory": measureRoomMemory,
};

function withTarget(row: Row): Row {
  const target = targets[row.id];
  return target ? { ...row, target } : row;
}

export const media: Bench = {
  name: "media",
  run: async (note, { quick, parts: wanted, soakMinutes }) => {
    const unknown = wanted.filter((part) => !Object.hasOwn(parts, part));
    if (unknown.length > 0)
      throw new Error(`There is no part ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`);
    note("starting");
    const ground = await MediaGround.create();
    try {
      if (soakMinutes !== undefined) return await soak(ground, { minutes: soakMinutes, note });
      const rows: Row[] = [];
      for (const [name, measure] of Object.entries(parts)) {
        if (wanted.length > 0 && !wanted.includes(name)) continue;
        note(name);
        const measured = await measure(ground, { quick, note });
        for (const { id, ours, unit, others } of measured) note(`${id} ${ours} ${unit} ${JSON.stringify(others)}`);
        rows.push(...measured);
      }
      return rows.map(withTarget);
    } finally {
      await ground.close();
    }
  },
};
