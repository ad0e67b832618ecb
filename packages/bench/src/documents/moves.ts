import { ManagedProcess, untilReady } from "@greenroom/shared/testing/managed-process.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { secondSession } from "../../../../apps/web/e2e/support/second-session.ts";
import { openSocket } from "../../../../apps/web/e2e/support/socket.ts";
import { isReady } from "../../../../scripts/stack/wait-healthy.ts";
import type { Row } from "../bench.ts";
import type { PartOptions } from "./documents.ts";
import type { Ground } from "./ground.ts";
import { p50, row } from "./measure.ts";
import { ReturningClient } from "./returning-client.ts";

const rooms = 10;

/** One more session process beside the stack's own; nobody starts it again when it ends. */
async function startSecond({ house }: Ground): Promise<{ process: ManagedProcess; url: string }> {
  const { url, process } = await secondSession(house);
  const started = ManagedProcess.start(process);
  await untilReady(started, { what: "The second session process", isReady: () => isReady(url) });
  return { process: started, url };
}

/**
 * Ten rooms are the second session process's, with somebody typing in each through the gateway, when it gets a signal.
 *
 * @returns how long each room took from the signal to the first operation that the other process committed; milliseconds
 */
async function move(ground: Ground, signal: NodeJS.Signals): Promise<number[]> {
  const second = await startSecond(ground);
  const made = await ground.roomsOfOne(rooms);
  // Whoever comes to a room first decides where it opens: straight to the second process, past the gateway.
  const openers = await Promise.all(made.map(({ name, tokens }) => openSocket(second.url, name, tokens[0] ?? "")));
  const { url } = ground.house;
  const clients = made.map(({ name, tokens }) => new ReturningClient({ url, sessionId: name, token: tokens[0] ?? "" }));
  try {
    await until("everybody types", () => clients.every(({ isTyping }) => isTyping));
    for (const opener of openers) opener.close();
    const signalled = performance.now();
    const anew = clients.map(async (client) => (await client.acknowledgedAnew()) - signalled);
    second.process.kill(signal);
    return await Promise.all(anew);
  } finally {
    for (const client of clients) client.close();
    await second.process.stop();
  }
}

/** A session process that is killed, and one that is asked to stop: until its rooms go on in another one. */
export async function measureMoves(ground: Ground, { quick, note }: PartOptions): Promise<Row[]> {
  const kinds = [
    { id: "takeover", signal: "SIGKILL", unit: "s", perUnit: 1_000, atMost: 5 },
    { id: "handover", signal: "SIGTERM", unit: "ms", perUnit: 1, atMost: 500 },
  ] as const;
  const rows: Row[] = [];
  for (const { id, signal, unit, perUnit, atMost } of kinds) {
    const times: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      note(id);
      times.push(...(await move(ground, signal)).map((time) => time / perUnit));
    }
    const others = { p50: p50(times), rooms: times.length };
    rows.push(row({ id, unit: `${unit}, worst`, ours: Math.max(...times), others, target: { atMost } }));
  }
  return rows;
}
