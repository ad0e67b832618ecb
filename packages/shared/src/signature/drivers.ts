import { cpp } from "./drivers/cpp.ts";
import { csharp } from "./drivers/csharp.ts";
import type { Driver, DriverFile } from "./drivers/driver.ts";
import { go } from "./drivers/go.ts";
import { java } from "./drivers/java.ts";
import { javascript, typescript } from "./drivers/javascript.ts";
import { kotlin } from "./drivers/kotlin.ts";
import { python } from "./drivers/python.ts";
import { ruby } from "./drivers/ruby.ts";
import { rust } from "./drivers/rust.ts";
import type { Signature } from "./signature.ts";

/** The languages that can meet a problem in function style. */
const drivers: Readonly<Record<string, Driver>> = {
  python,
  javascript,
  typescript,
  java,
  cpp,
  csharp,
  go,
  rust,
  kotlin,
  ruby,
};

/** Whether problems in function style can be met in this language. */
export function hasDriver(language: string): boolean {
  return Object.hasOwn(drivers, language);
}

function driverOf(language: string): Driver {
  const driver = hasDriver(language) ? drivers[language] : undefined;
  if (!driver) throw new Error(`There is no driver for "${language}".`);
  return driver;
}

/** What a candidate begins with: the function's head, and an empty body. */
export function makeStarter(signature: Signature, language: string): string {
  return driverOf(language).starter(signature);
}

/** The files of a program that calls the candidate's function, the one that is run first. */
export function composeProgram(signature: Signature, language: string, source: string): readonly DriverFile[] {
  return driverOf(language).compose(signature, source);
}
