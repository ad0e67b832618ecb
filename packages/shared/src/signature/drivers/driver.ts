import type { Signature, ValueType } from "../signature.ts";

export interface DriverFile {
  readonly name: string;
  readonly content: string;
}

/**
 * How one language does function style. The driver reads the arguments from stdin and writes what the function returned to
 * the stdout it was started with, both as `encode` in values.ts says; whatever else the program prints goes to stderr.
 */
export interface Driver {
  /** What a candidate begins with. */
  readonly starter: (signature: Signature) => string;
  /** The program's files, the one that is run first: the driver, the candidate's file, and what both need. */
  readonly compose: (signature: Signature, source: string) => readonly DriverFile[];
}

/** Every type a signature mentions. */
export function typesOf(signature: Signature): ValueType[] {
  return [...signature.parameters.map(({ type }) => type), signature.returns];
}

export const usesList = (signature: Signature): boolean =>
  typesOf(signature).some(({ kind }) => kind === "linked-list");

export const usesTree = (signature: Signature): boolean =>
  typesOf(signature).some(({ kind }) => kind === "binary-tree");

export const usesNodes = (signature: Signature): boolean => usesList(signature) || usesTree(signature);

/** `template` with each `@name@` replaced; a name without a value is a mistake in the template. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/@(\w+)@/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The template has no value for "${name}".`);
    return value;
  });
}
