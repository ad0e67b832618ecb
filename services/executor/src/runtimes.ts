import type { LanguageId } from "@greenroom/shared/languages.ts";
import { c, cpp } from "./runtimes/c-family.ts";
import { java } from "./runtimes/java.ts";
import { javascript, typescript } from "./runtimes/node.ts";
import { python } from "./runtimes/python.ts";
import type { Runtime } from "./runtimes/runtime.ts";

/** How each language is compiled and run. */
export const runtimes: Readonly<Record<LanguageId, Runtime>> = { python, javascript, typescript, c, cpp, java };

/** Languages that share an image share its family; in the order in which images are built. */
export type Family = string;
export const families: readonly Family[] = [...new Set(Object.values(runtimes).map(({ family }) => family))];
