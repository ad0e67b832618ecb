import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Sources that are compiled as one. */
export interface Unit {
  readonly path: string;
  readonly sources: readonly string[];
}

interface Source {
  readonly path: string;
  readonly lines: number;
  readonly macros: readonly string[];
  /** What it declares for itself alone, or what looks like it. */
  readonly names: readonly string[];
}

/** Lines above which a unit takes no more sources: many units of one length keep all processors busy to the end. */
const linesAtMost = 4_500;

/** What a source may declare that another one may, too, when each is compiled alone. */
const ownNames = [
  /^[ \t]{0,3}(?:inline )?(?:alignas\(\d+\) )?static [^={([;]*?(\w+)\s*[=({[;]/gm,
  /^(?:enum|struct|class) (?:class )?(\w+)\s*[:;{]?/gm,
  /^[A-Za-z][\w:<>,&* ]*[ *&](\w+)\(/gm,
  /(?:^|[^\w:.>])(k[A-Z]\w*)[ \t]*[={[][^=]/gm,
];

/**
 * Puts sources into units, longest first: what several read and instantiate is read and instantiated once. Two that declare
 * the same name for themselves are kept apart, as well as that can be seen without a compiler.
 */
export function groupSources(paths: readonly string[], to: { folder: string; prefix: string }): Unit[] {
  const groups: { sources: Source[]; names: Set<string>; lines: number }[] = [];
  for (const source of paths.map(readSource)) {
    const fits = ({ names, lines }: (typeof groups)[number]) =>
      lines + source.lines <= linesAtMost && !source.names.some((name) => names.has(name));
    let group = groups.find(fits);
    if (!group) groups.push((group = { sources: [], names: new Set(), lines: 0 }));
    group.sources.push(source);
    group.lines += source.lines;
    for (const name of source.names) group.names.add(name);
  }
  const longestFirst = groups.sort((one, other) => other.lines - one.lines);
  return longestFirst.map(({ sources }, index) => {
    const path = join(to.folder, `${to.prefix}${index}.cpp`);
    writeFileSync(path, sources.map(inclusionOf).join(""));
    return { path, sources: sources.map((source) => source.path) };
  });
}

function readSource(path: string): Source {
  const text = readFileSync(path, "utf8");
  const firstGroups = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
  const macros = firstGroups(/^[ \t]*#[ \t]*define[ \t]+(\w+)/gm);
  // Each of the worker's sources begins by defining this one for its logs.
  const ownMacros = macros.filter((name) => name !== "MS_CLASS");
  return {
    path,
    lines: text.split("\n").length,
    macros: [...new Set(macros)],
    names: [...ownNames.flatMap(firstGroups), ...ownMacros],
  };
}

function inclusionOf({ path, macros }: Source): string {
  return [`#include "${path}"`, ...macros.map((macro) => `#undef ${macro}`), ""].join("\n");
}
