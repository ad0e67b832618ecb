// What the gateway adds to a frame's way there and back: `node src/testing/measure-echo.ts`.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { WebSocket } from "ws";
import { Service } from "./service.ts";
import { opened } from "./socket-events.ts";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";

const rounds = 5_000;
/** About an operation's size as JSON. */
const frame = JSON.stringify({ type: "operation", text: "x".repeat(200) });

const tokens = new TokenMaker();
const service = await Service.create({
  onRequest: (_request, response) => response.end(JSON.stringify(tokens.keySet)),
  onSocket: (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })),
});
const gateway = spawn(process.execPath, [fileURLToPath(new URL("../main.ts", import.meta.url))], {
  env: {
    PORT: "0",
    AUTH_URL: service.url,
    SESSION_URL: service.url,
    JUDGE_URL: service.url,
    REDIS_URL: "redis://127.0.0.1:1",
  },
  stdio: ["ignore", "pipe", "inherit"],
});

const direct = await measure(service.url);
const through = await measure(await listeningAt());
for (const [name, times] of Object.entries({ direct, through }))
  process.stdout.write(`${name}: p50 ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms, p99 ${at(times, 0.99)} ms\n`);
gateway.kill();
await service.kill();

async function listeningAt(): Promise<string> {
  for await (const line of createInterface(gateway.stdout)) {
    const url = /"address":"([^"]+)"/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error("The gateway did not start.");
}

/** Milliseconds of each round, sorted. */
async function measure(url: string): Promise<number[]> {
  const address = url.replace("http", "ws") + socketPath(randomUUID());
  const client = await opened(new WebSocket(address, [subprotocol, accessTokenPrefix + tokens.user()]));
  const times: number[] = [];
  for (let round = 0; round < rounds + 500; round++) {
    const began = performance.now();
    client.send(frame);
    await once(client, "message");
    // The first rounds warm the code up.
    if (round >= 500) times.push(performance.now() - began);
  }
  client.terminate();
  return times.sort((a, b) => a - b);
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3);
}
