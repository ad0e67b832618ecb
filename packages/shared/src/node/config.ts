import { readFileSync } from "node:fs";
import { type Static, type TObject, Type } from "typebox";
import { Value } from "typebox/value";

/** Settings every service has. */
export const commonConfig = {
  HOST: Type.String({ default: "127.0.0.1" }),
  LOG_LEVEL: Type.String({ default: "info", pattern: "^(trace|debug|info|warn|error|fatal)$" }),
};

/**
 * The environment as a service's configuration. Each NAME may come as NAME_FILE instead, a file that holds the value:
 * that is how secrets arrive. A missing or wrong setting stops the service with every problem in one message.
 */
export function loadConfig<S extends TObject>(schema: S, environment: NodeJS.ProcessEnv = process.env): Static<S> {
  const raw: Record<string, string> = {};
  const unreadable: string[] = [];
  for (const name of Object.keys(schema.properties)) {
    // An empty setting is an absent one: compose passes unset variables on as empty strings.
    const value = environment[name] || readFromFile(name, environment, unreadable);
    if (value) raw[name] = value;
  }
  const config: unknown = Value.Convert(schema, Value.Default(schema, raw));
  if (!Value.Check(schema, config) || unreadable.length > 0) {
    const problems = [...unreadable, ...Value.Errors(schema, config).map((error) => `  ${describe(error)}`)];
    throw new Error(`The configuration is not usable:\n${[...new Set(problems)].join("\n")}`);
  }
  return config;
}

function readFromFile(name: string, environment: NodeJS.ProcessEnv, unreadable: string[]): string | undefined {
  const path = environment[`${name}_FILE`];
  try {
    return path ? readFileSync(path, "utf8").trim() : undefined;
  } catch (error) {
    unreadable.push(`  ${name}_FILE: ${error instanceof Error ? error.message : "cannot be read"}`);
    return undefined;
  }
}

function describe(error: { instancePath: string; message: string }): string {
  return `${error.instancePath.replace(/^\//, "") || "environment"}: ${error.message}`;
}
