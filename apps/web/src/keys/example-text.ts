import { createRun, type NewRun } from "@greenroom/shared/api/run-routes.ts";

/** For a shell: the origin, the key and the program have nothing in them that ends its quotes. */
export function curlExample(origin: string, secret: string): string {
  const run: NewRun = {
    program: { language: "python", files: [{ name: "main.py", content: 'print("Hello, " + input())' }] },
    task: { kind: "free", input: { kind: "given", text: "world" }, arguments: [] },
  };
  return [
    `curl '${origin}${createRun.path}?wait=30' \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '{`,
    `    "program": ${JSON.stringify(run.program)},`,
    `    "task": ${JSON.stringify(run.task)}`,
    "  }'",
  ].join("\n");
}

/** Piston's clients append "/execute" and the like. */
export function pistonBaseUrl(origin: string, secret: string): string {
  return `${origin}/k/${secret}/api/v2`;
}
