import { type Language, languages, type LanguageId } from "@greenroom/shared/languages.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";
import { satisfies } from "semver";

/** A language as Piston describes one. */
export interface PistonRuntime {
  readonly language: string;
  readonly version: string;
  readonly aliases: readonly string[];
  readonly runtime?: string;
}

/** Where Piston's packages call a language something else than we do (engineer-man/piston, packages/ and its readme). */
const names: Partial<Record<LanguageId, string>> = {
  assembly: "nasm64",
  commonlisp: "lisp",
  cpp: "c++",
  r: "rscript",
  sqlite: "sqlite3",
};
/** Piston says by what it runs a language where it has several ways. */
const ways: Partial<Record<LanguageId, string>> = { c: "gcc", cpp: "gcc", fortran: "gcc", javascript: "node" };

const compiled =
  "ada assembly c cobol cpp crystal csharp d erlang fortran go haskell java kotlin ocaml pascal rust swift typescript";
/** Languages with a compile stage: of the others none is announced. */
export const compiledLanguages: ReadonlySet<string> = new Set(compiled.split(" "));

/** "3.13" as "3.13.0", and "2024.09" as "2024.9.0": Semantic Versioning wants three numbers without leading zeros. */
export function semanticVersion(version: string): string {
  const numbers = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return [...numbers, 0, 0].slice(0, 3).join(".");
}

export function pistonRuntime({ id, version, aliases }: Language): PistonRuntime {
  const language = names[id] ?? id;
  const way = ways[id];
  return {
    language,
    version: semanticVersion(version),
    aliases: [...new Set([id, ...aliases])].filter((alias) => alias !== language),
    ...(way === undefined ? {} : { runtime: way }),
  };
}

/** What may be run here, if only after its image was made. */
export function offeredLanguages({ ready, preparing, onDemand }: RunAvailability): Language[] {
  const offered = new Set<LanguageId>([...ready, ...preparing, ...onDemand]);
  return languages.filter(({ id }) => offered.has(id));
}

/** The language of this name, or with this alias, whose version is among those selected ("3.x", "*"). */
export function findLanguage(offered: readonly Language[], name: string, selector: string): Language | undefined {
  return offered.find((language) => {
    const runtime = pistonRuntime(language);
    return (runtime.language === name || runtime.aliases.includes(name)) && satisfies(runtime.version, selector);
  });
}
