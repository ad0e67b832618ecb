import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { internalStandingInSessions, type StandingInSession } from "@greenroom/shared/api/service-routes.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { JsonPeer } from "@greenroom/shared/testing/json-peer.ts";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";

export const serviceSecret = "a service secret for tests";

/** The auth and the session service as the media service knows them: over the network, with their routes and answers. */
export class Neighbours {
  readonly tokens = new TokenMaker();
  /** Of a participant in any session; who is not in it is there as their token says, and in the room. */
  readonly standings = new Map<string, StandingInSession>();
  /** How often somebody's standing was asked for. */
  asked = 0;
  #peer!: JsonPeer; // set by create

  static async create(): Promise<Neighbours> {
    const neighbours = new Neighbours();
    neighbours.#peer = await JsonPeer.create((request) => neighbours.#answer(request));
    return neighbours;
  }

  get url(): string {
    return this.#peer.url;
  }

  async close(): Promise<void> {
    await this.#peer.close();
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (request.url === "/api/auth/keys") return { status: 200, body: this.tokens.keySet };
    const isOurs = request.headers.authorization === `Service ${serviceSecret}`;
    if (!isOurs || request.url !== internalStandingInSessions.path)
      return { status: 401, body: { code: "unauthenticated", message: "Who are you?" } };
    const { bearers } = (await json(request)) as { bearers: { claims: { sub: string; role: Role } }[] }; // a test's peer
    this.asked += 1;
    const standings = bearers.map(
      ({ claims }) => this.standings.get(claims.sub) ?? { role: claims.role, inRoom: true },
    );
    return { status: 200, body: { standings } };
  }
}
