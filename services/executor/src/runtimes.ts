import type { LanguageId } from "@greenroom/shared/languages.ts";
import * as cFamily from "./runtimes/c-family.ts";
import * as compiled from "./runtimes/compiled.ts";
import * as functional from "./runtimes/functional.ts";
import { java } from "./runtimes/java.ts";
import { javascript, typescript } from "./runtimes/node.ts";
import { python } from "./runtimes/python.ts";
import type { Runtime } from "./runtimes/runtime.ts";
import * as scripts from "./runtimes/scripts.ts";

/** How each language is compiled and run. */
export const runtimes: Readonly<Record<LanguageId, Runtime>> = {
  python,
  javascript,
  typescript,
  c: cFamily.c,
  cpp: cFamily.cpp,
  java,
  ...compiled,
  ...scripts,
  ...functional,
};

/** Languages that share an image share its family; in the order in which images are built. */
export type Family = string;
export const families: readonly Family[] = familiesOf(Object.keys(runtimes) as LanguageId[]); // what Record says

/** The families of some languages, each once, in their order. */
export function familiesOf(languages: readonly LanguageId[]): Family[] {
  return [...new Set(languages.map((id) => runtimes[id].family))];
}
