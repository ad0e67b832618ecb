import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInvite } from "@greenroom/shared/api/session-routes.ts";
import { redeemInvite } from "@greenroom/shared/api/auth-routes.ts";
import { PostgresServer } from "@greenroom/shared/testing/postgres-server.ts";
import { call } from "../../../../apps/web/e2e/support/api.ts";
import { type House, openHouse, withoutRuns } from "../../../../apps/web/e2e/support/house.ts";
import type { RoomSpec } from "./load/crowd.ts";
import { type Peer, type PeerName, startPeer } from "./peers/peers.ts";

export const clientsInRoom = 4;
/** Sessions that are made at once. */
const makersAtOnce = 16;
/** A bench is one address, and thousands of people. */
const noLimits = {
  REQUESTS_PER_MINUTE: "1000000",
  SOCKETS_PER_MINUTE: "1000000",
  SOCKETS_PER_ADDRESS: "100000",
  INVITE_ATTEMPTS_PER_MINUTE: "1000000",
};

/** The whole product but runs, as `npm start` runs it, and its peers, all on one Postgres that waits for the disk. */
export class Ground {
  readonly house: House;
  readonly postgres: PostgresServer;
  /** On the disk that Postgres's data is on. */
  readonly folder: string;
  readonly #logDir: string;
  readonly #owned: AsyncDisposableStack;
  readonly #peers = new Map<PeerName, Promise<Peer>>();

  private constructor(parts: { house: House; postgres: PostgresServer; folder: string; owned: AsyncDisposableStack }) {
    this.house = parts.house;
    this.postgres = parts.postgres;
    this.folder = parts.folder;
    this.#logDir = join(parts.folder, "logs");
    this.#owned = parts.owned;
  }

  static async create(): Promise<Ground> {
    await using started = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), "greenroom-documents-"));
    chmodSync(folder, 0o711); // Postgres has a user of its own, who has to walk in
    started.defer(() => rmSync(folder, { recursive: true, force: true }));
    const logDir = join(folder, "logs");
    mkdirSync(logDir);
    const postgres = await PostgresServer.create({
      dataDir: join(folder, "postgres"),
      logFile: join(logDir, "postgres.log"),
      password: "bench",
    });
    started.defer(() => postgres.close());
    const env = { ...noLimits, DATABASE_URL: postgres.url(), LOG_LEVEL: "warn", NODE_OPTIONS: "--inspect-port=0" };
    const house = await openHouse({ services: withoutRuns, env });
    started.defer(() => house.close());
    return new Ground({ house, postgres, folder, owned: started.move() });
  }

  /** A peer, started when it is first asked for. */
  async peer(name: PeerName): Promise<Peer> {
    const { postgres } = this;
    const peer = this.#peers.get(name) ?? startPeer(name, { postgres, logDir: this.#logDir, owned: this.#owned });
    this.#peers.set(name, peer);
    return await peer;
  }

  /** New sessions, each with an interviewer and three candidates who came by an invite. */
  async rooms(count: number): Promise<RoomSpec[]> {
    await this.house.administratorToken(); // made or renewed once, not by several at once
    return await makeMany(count, () => this.#roomOfFour());
  }

  /** New sessions, each with one interviewer in several tabs. */
  async roomsOfOne(count: number, tabs = clientsInRoom): Promise<RoomSpec[]> {
    const token = await this.house.administratorToken();
    const tokens = Array.from({ length: tabs }, () => token);
    return await makeMany(count, async () => ({ name: await this.house.createSession(), tokens }));
  }

  async #roomOfFour(): Promise<RoomSpec> {
    const { house } = this;
    const token = await house.administratorToken();
    const sessionId = await house.createSession();
    const input = { params: { sessionId }, body: { role: "candidate" as const }, token };
    const { url } = (await call(house.url, createInvite, input)).body;
    const tokens = [token];
    while (tokens.length < clientsInRoom) {
      const body = { invite: url.split("/").at(-1) ?? "", name: `Candidate ${tokens.length}` };
      tokens.push((await call(house.url, redeemInvite, { body })).body.accessToken);
    }
    return { name: sessionId, tokens };
  }

  async close(): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

async function makeMany(count: number, make: () => Promise<RoomSpec>): Promise<RoomSpec[]> {
  const made: RoomSpec[] = [];
  let left = count;
  const work = async (): Promise<void> => {
    while (left-- > 0) made.push(await make());
  };
  await Promise.all(Array.from({ length: makersAtOnce }, work));
  return made;
}

/** The same rooms for a peer, to whom names are names. */
export function peerRooms(prefix: string, count: number): RoomSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix}-${index}`,
    tokens: Array.from({ length: clientsInRoom }, () => ""),
  }));
}
