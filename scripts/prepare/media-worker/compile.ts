import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";

import { run } from "../progress.ts";
import type { Unit } from "./source-units.ts";

export interface Compilation {
  /** Objects go into its `objects`. */
  readonly folder: string;
  /** The worker's own. */
  readonly units: readonly Unit[];
  readonly libwebrtcUnits: readonly Unit[];
  readonly cppFlags: readonly string[];
  readonly cSources: readonly string[];
  readonly cFlags: readonly string[];
}

/** What a compiler of one unit may take, in bytes; the largest takes 500 MB. */
const memoryOfOne = 700 * 2 ** 20;

/** What most of the worker's sources read again and again. */
const commonHeaders = [
  ...["algorithm", "functional", "map", "memory", "random", "ranges", "string", "vector"].map((name) => `<${name}>`),
  ...["FBS/request.h", "FBS/worker.h", "Channel/ChannelRequest.hpp", "Logger.hpp", "Utils.hpp"].map(
    (name) => `"${name}"`,
  ),
];

/** Compiles everything into objects, on all processors. */
export async function compileAll(compilation: Compilation): Promise<void> {
  const { folder, units, libwebrtcUnits, cppFlags, cSources, cFlags } = compilation;
  const objects = new ObjectFiles(join(folder, "objects"));
  const header = precompile(join(folder, "common.hpp"), cppFlags);
  // What needs the header comes last, and by then it is made.
  const jobs = [
    () => header,
    ...cSources.map((source) => () => run("gcc", [...cFlags, "-c", source, "-o", objects.next(source)])),
    ...libwebrtcUnits.map((unit) => () => compileUnit(unit, cppFlags, objects)),
    ...units.map((unit) => async () => compileUnit(unit, [...cppFlags, "-include", await header], objects)),
  ].values();
  const room = Math.max(1, Math.floor(process.availableMemory() / memoryOfOne));
  const hands = Array.from({ length: Math.min(availableParallelism(), room) }, async () => {
    for (const job of jobs) await job();
  });
  await Promise.all(hands);
}

/** Half of a C++ compiler's time goes into reading headers. @returns the header to include */
async function precompile(path: string, flags: readonly string[]): Promise<string> {
  writeFileSync(path, commonHeaders.map((name) => `#include ${name}\n`).join(""));
  await run("g++", [...flags, "-x", "c++-header", path, "-o", `${path}.gch`]);
  return path;
}

/** A unit that cannot be compiled as one is compiled source by source. */
async function compileUnit(unit: Unit, flags: readonly string[], objects: ObjectFiles): Promise<void> {
  const compile = (path: string) => run("g++", [...flags, "-c", path, "-o", objects.next(path)]);
  try {
    await compile(unit.path);
  } catch (error) {
    if (unit.sources.length === 1) throw error;
    for (const source of unit.sources) await compile(source);
  }
}

/** Names for objects: sources in different folders have the same ones. */
class ObjectFiles {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  next(source: string): string {
    this.#count += 1;
    return join(this.#folder, `${this.#count}-${basename(source)}.o`);
  }
}
