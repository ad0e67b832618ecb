import { createServer } from "node:net";

// Below Linux's ephemeral range (32768-60999): an outgoing connection can then never sit on a port we hand out, so a
// server that is killed gets its own port back when it is started again.
const firstPort = 20_000;
const portCount = 12_000;
const handedOut = new Set<number>();

/** True when nothing listens on `port` of `host`. */
export function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A TCP port of 127.0.0.1 that is free now and that this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isPortFree(port)) return port;
  }
  throw new Error("No free port was found between 20000 and 32000.");
}
