import { existsSync } from "node:fs";
import { request } from "node:http";

export type Engine =
  | { readonly available: true; readonly socketPath: string }
  | { readonly available: false; readonly reason: string };

/** Where the Docker engine listens: `DOCKER_SOCKET`, a unix: `DOCKER_HOST`, or the usual place. */
export function engineSocketPath(): string {
  const host = process.env["DOCKER_HOST"];
  return (
    process.env["DOCKER_SOCKET"] ??
    (host?.startsWith("unix://") ? host.slice("unix://".length) : "/var/run/docker.sock")
  );
}

/** Asks the Docker engine whether it is there; answers within 5 s. */
export function engineAvailable(): Promise<Engine> {
  const socketPath = engineSocketPath();
  if (!existsSync(socketPath))
    return Promise.resolve({ available: false, reason: `no Docker engine listens at ${socketPath}` });
  return new Promise((resolve) => {
    const ask = request({ socketPath, path: "/_ping", timeout: 5_000 }, (response) => {
      response.resume();
      const available = response.statusCode === 200;
      resolve(
        available
          ? { available, socketPath }
          : { available, reason: `the Docker engine answers ${response.statusCode}` },
      );
    });
    ask.on("timeout", () => ask.destroy(new Error("no answer within 5 s")));
    ask.on("error", (error) =>
      resolve({ available: false, reason: `the Docker engine at ${socketPath}: ${error.message}` }),
    );
    ask.end();
  });
}
