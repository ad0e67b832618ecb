import { createInvite } from "@greenroom/shared/api/session-routes.ts";
import { redeemInvite } from "@greenroom/shared/api/auth-routes.ts";
import { mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { call } from "../../../../apps/web/e2e/support/api.ts";
import { type House, openHouse, withoutRuns } from "../../../../apps/web/e2e/support/house.ts";
import { openSocket, type TestSocket } from "../../../../apps/web/e2e/support/socket.ts";
import { findMediaWorker } from "../../../../scripts/prepare/media-worker.ts";
import { BareSfu } from "./bare/bare-sfu.ts";
import type { MinimalPeerOptions } from "./minimal-peer.ts";

/** A bench is one address, and hundreds of people; its calls come faster than any Worker's load is measured. */
const noLimits = {
  REQUESTS_PER_MINUTE: "1000000",
  SOCKETS_PER_MINUTE: "1000000",
  SOCKETS_PER_ADDRESS: "100000",
  INVITE_ATTEMPTS_PER_MINUTE: "1000000",
  MEDIA_MAX_WORKER_CPU: "1",
  ROOM_SEATS: "12",
};

/** Somebody in a session's room, who may join its call. */
export interface SignedInPeer {
  readonly sessionId: string;
  readonly participantId: string;
  readonly accessToken: string;
}

/** The whole product but runs, as `npm start` runs it, and a bare mediasoup beside it. */
export class MediaGround {
  readonly house: House;
  readonly bare: BareSfu;
  /** Of everybody in a room: whoever leaves the room loses the seat, and with it the call. */
  readonly #rooms = new Map<string, TestSocket[]>();

  private constructor(house: House, bare: BareSfu) {
    this.house = house;
    this.bare = bare;
  }

  static async create(): Promise<MediaGround> {
    const workerBin = findMediaWorker();
    if (workerBin === undefined) throw new Error("There is no mediasoup worker on this machine: npm start makes one.");
    const env = {
      ...noLimits,
      MEDIASOUP_WORKER_BIN: workerBin,
      LOG_LEVEL: "warn",
      NODE_OPTIONS: "--inspect-port=0",
    };
    const house = await openHouse({ services: [...withoutRuns, "media"], env });
    try {
      return new MediaGround(house, await BareSfu.create(workerBin));
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  /** A new session with so many candidates who are in its room and in no call yet. */
  async people(count: number): Promise<SignedInPeer[]> {
    const { house } = this;
    const sessionId = await house.createSession();
    const token = await house.administratorToken();
    const body = { role: "candidate" as const };
    const { url } = (await call(house.url, createInvite, { params: { sessionId }, body, token })).body;
    const invite = url.split("/").at(-1) ?? "";
    const people: SignedInPeer[] = [];
    const sockets: TestSocket[] = [];
    this.#rooms.set(sessionId, sockets);
    while (people.length < count) {
      const name = `Candidate ${people.length + 1}`;
      const { accessToken, participantId } = (await call(house.url, redeemInvite, { body: { invite, name } })).body;
      const socket = await openSocket(house.url, sessionId, accessToken);
      sockets.push(socket);
      await socket.frame("welcome");
      people.push({ sessionId, participantId, accessToken });
    }
    return people;
  }

  /** Everybody who came into a session's room leaves it. */
  leave(sessionId: string): void {
    for (const socket of this.#rooms.get(sessionId) ?? []) socket.close();
    this.#rooms.delete(sessionId);
  }

  /** How one of them joins: through the gateway, or past it, at the media service's own port. */
  socketOf(person: SignedInPeer, by: "gateway" | "service" = "gateway"): Pick<MinimalPeerOptions, "url" | "protocols"> {
    const { url, stack } = this.house;
    const base = by === "gateway" ? url : `http://127.0.0.1:${stack.ports.media}`;
    return {
      url: new URL(mediaPath(person.sessionId), base.replace(/^http/, "ws")).href,
      protocols: [subprotocol, `${accessTokenPrefix}${person.accessToken}`],
    };
  }

  async close(): Promise<void> {
    for (const sessionId of this.#rooms.keys()) this.leave(sessionId);
    await Promise.all([this.bare.close(), this.house.close()]);
  }
}
