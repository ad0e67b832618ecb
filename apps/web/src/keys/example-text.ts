import { createRun } from "@greenroom/shared/api/run-routes.ts";

/** For a shell: neither an origin nor a key has anything in it that ends the quotes. */
export function curlExample(origin: string, secret: string): string {
  return `curl '${origin}${createRun.path}?wait=30' \\
  -H 'Authorization: Bearer ${secret}' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "program": {
      "language": "python",
      "files": [{ "name": "main.py", "content": "print(6 * int(input()))" }]
    },
    "task": {
      "kind": "free",
      "input": { "kind": "given", "text": "7" },
      "arguments": []
    }
  }'`;
}

/** Clients append "/execute" and the like. */
export function pistonBaseUrl(origin: string, secret: string): string {
  return `${origin}/k/${secret}/api/v2`;
}
