import { fileURLToPath } from "node:url";
import { build } from "vite";

export type PageName = "bare-page" | "own-page";

/** One of this folder's scripts for pages and all that it imports, as one classic script. */
export async function bundle(name: PageName): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      target: "es2023",
      lib: {
        entry: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
        formats: ["iife"],
        name: "bench",
        fileName: name,
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunk = outputs.flatMap((output) => ("output" in output ? output.output : []))[0];
  if (chunk?.type !== "chunk") throw new Error(`The page "${name}" was not built.`);
  return chunk.code;
}
