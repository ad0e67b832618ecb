import { createInvite } from "@greenroom/shared/api/session-routes.ts";
import { redeemInvite } from "@greenroom/shared/api/auth-routes.ts";
import { mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { call } from "../../../../apps/web/e2e/support/api.ts";
import { type House, openHouse } from "../../../../apps/web/e2e/support/house.ts";
import { openSocket } from "../../../../apps/web/e2e/support/socket.ts";
import { BareSfu } from "./bare/bare-sfu.ts";
import type { MinimalPeerOptions } from "./minimal-peer.ts";

/** A bench is one address, and hundreds of people; its calls come faster than any Worker's load is measured. */
const noLimits = {
  REQUESTS_PER_MINUTE: "1000000",
  SOCKETS_PER_MINUTE: "1000000",
  SOCKETS_PER_ADDRESS: "100000",
  INVITE_ATTEMPTS_PER_MINUTE: "1000000",
  MEDIA_MAX_WORKER_CPU: "1",
};

/** Somebody who came into a session's room, and may join its call. */
export interface SignedInPeer {
  readonly sessionId: string;
  readonly participantId: string;
  readonly accessToken: string;
}

/** The whole product but runs, as `npm start` runs it, and a bare mediasoup beside it. */
export class MediaGround {
  readonly house: House;
  readonly bare: BareSfu;

  private constructor(house: House, bare: BareSfu) {
    this.house = house;
    this.bare = bare;
  }

  static async create(): Promise<MediaGround> {
    const env = {
      ...noLimits,
      MEDIASOUP_WORKER_BIN: process.env["MEDIASOUP_WORKER_BIN"],
      LOG_LEVEL: "warn",
      NODE_OPTIONS: "--inspect-port=0",
    };
    const house = await openHouse({ services: ["auth", "session", "media", "gateway"], env });
    try {
      return new MediaGround(house, await BareSfu.create());
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  /** A new session with so many candidates who have come into its room and are in no call yet. */
  async people(count: number): Promise<SignedInPeer[]> {
    const { house } = this;
    const sessionId = await house.createSession();
    const token = await house.administratorToken();
    const body = { role: "candidate" as const };
    const { url } = (await call(house.url, createInvite, { params: { sessionId }, body, token })).body;
    const invite = url.split("/").at(-1) ?? "";
    const people: SignedInPeer[] = [];
    while (people.length < count) {
      const name = `Candidate ${people.length + 1}`;
      const { accessToken, participantId } = (await call(house.url, redeemInvite, { body: { invite, name } })).body;
      (await openSocket(house.url, sessionId, accessToken)).close();
      people.push({ sessionId, participantId, accessToken });
    }
    return people;
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
    await Promise.all([this.bare.close(), this.house.close()]);
  }
}
