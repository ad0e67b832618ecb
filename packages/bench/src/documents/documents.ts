// Live documents, through the whole product as it is started anywhere, and beside its peers:
//
// - `relay` hands on what comes and keeps nothing: the floor of every latency (durable: none).
// - `sharedb` is ShareDB 7 on Postgres by sharedb-postgres; it commits before it tells anybody, as we do (durable).
// - `hocuspocus` is Hocuspocus 4 with its database extension and Yjs; it tells first, and stores two seconds later
//   (debounced).
// - `disk` is a file beside Postgres's, to which the same keystrokes are flushed in groups, and told to nobody: the floor
//   of whoever commits first.
//
// All of them use one Postgres, which waits for the disk, and each peer has one process before it that ends its
// WebSockets and pipes frames with the gateway's own code (peers/hop.ts). Every crowd is a process of its own and types
// what a seeded maker of typing says (load/typing.ts; the public traces of real typing are in no registry), at seeded
// instants that wait for nothing (load/metronome.ts). Ours types through the web app's own DocumentClient, the peers
// through their own clients. A keystroke counts from the instant at which it was due until each other client of its room
// has taken it in, so that what waits behind an operation under way, and what the load itself is late, counts, too; how
// late it was is told as `load-lag`.
//
// Its parts, each of which runs alone with `--part`: `remote` types at one rate in everybody's rooms in turn, `rate` finds
// the highest that is held, `growth` spreads one over a thousand rooms, `memory` counts what rooms hold, `moves` kills and
// stops a second session process, and `long` opens a document of 200,000 operations. The figures are of one machine on
// which the load, all services and Postgres share the cores: compare them with those beside them in the same run.
import type { Bench, Row } from "../bench.ts";
import { Ground } from "./ground.ts";
import { measureGrowth } from "./growth.ts";
import { measureLong } from "./long.ts";
import { measureMemory } from "./memory.ts";
import { measureMoves } from "./moves.ts";
import { measureRate } from "./rate.ts";
import { measureRemote } from "./remote.ts";

export type Note = (text: string) => void;
export interface PartOptions {
  readonly quick: boolean;
  readonly note: Note;
}
type Part = (ground: Ground, options: PartOptions) => Promise<Row[]>;

/** In the order in which they are measured. */
const parts: Readonly<Record<string, Part>> = {
  remote: measureRemote,
  rate: measureRate,
  growth: measureGrowth,
  memory: measureMemory,
  moves: measureMoves,
  long: measureLong,
};

export const documents: Bench = {
  name: "documents",
  run: async (note, { quick, parts: wanted }) => {
    const unknown = wanted.filter((part) => !Object.hasOwn(parts, part));
    if (unknown.length > 0)
      throw new Error(`There is no part ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`);
    note("starting");
    const ground = await Ground.create();
    try {
      const rows: Row[] = [];
      for (const [name, measure] of Object.entries(parts)) {
        if (wanted.length > 0 && !wanted.includes(name)) continue;
        note(name);
        const measured = await measure(ground, { quick, note }).catch((error: unknown) => {
          // The others' figures are worth having.
          note(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
          process.exitCode = 1;
          return [];
        });
        for (const { id, ours, unit, others } of measured) note(`${id} ${ours} ${unit} ${JSON.stringify(others)}`);
        rows.push(...measured);
      }
      return rows;
    } finally {
      await ground.close();
    }
  },
};
