import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { accessTokenAudience, accessTokenIssuer } from "@greenroom/shared/api/access.ts";
import { internalStandingInSessions, type StandingInSession } from "@greenroom/shared/api/service-routes.ts";
import type { Role } from "@greenroom/shared/roles.ts";

export const serviceSecret = "a service secret for tests";
const keyId = randomUUID();

/** The auth and the session service as the media service knows them: over the network, with their routes and answers. */
export class Neighbours {
  /** Of a participant in any session; who is not in it is there as their token says, and in the room. */
  readonly standings = new Map<string, StandingInSession>();
  /** How often somebody's standing was asked for. */
  asked = 0;
  readonly #server: Server;
  readonly #keySet: { keys: object[] };
  readonly #privateKey: KeyObject;

  static async create(): Promise<Neighbours> {
    const neighbours = new Neighbours();
    await new Promise<void>((resolve) => neighbours.#server.listen(0, "127.0.0.1", resolve));
    return neighbours;
  }

  private constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    this.#keySet = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: keyId, alg: "ES256", use: "sig" }] };
    this.#server = createServer((request, response) => {
      void this.#answer(request).then((body) => {
        response.writeHead(body ? 200 : 401, { "content-type": "application/json" });
        response.end(JSON.stringify(body ?? { code: "unauthenticated", message: "Who are you?" }));
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on TCP
  }

  guestToken(sessionId: string, claims: { sub?: string; role?: Role; exp?: number; inviteId?: string } = {}): string {
    const ids = { sub: randomUUID(), inviteId: randomUUID(), sessionId };
    return this.#token({ kind: "guest", name: "Bo", role: "candidate", ...ids, ...claims });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<object | undefined> {
    if (request.url === "/api/auth/keys") return this.#keySet;
    if (request.url !== internalStandingInSessions.path) return undefined;
    if (request.headers.authorization !== `Service ${serviceSecret}`) return undefined;
    const { bearers } = (await json(request)) as { bearers: { claims: { sub: string; role: Role } }[] }; // a test's peer
    this.asked += 1;
    const standings = bearers.map(
      ({ claims }) => this.standings.get(claims.sub) ?? { role: claims.role, inRoom: true },
    );
    return { standings };
  }

  #token(claims: object): string {
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: accessTokenIssuer, aud: accessTokenAudience, iat: now, exp: now + 600, ...claims };
    const signed = [{ alg: "ES256", typ: "JWT", kid: keyId }, whole]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    // JWS wants the two numbers of an ECDSA signature side by side (RFC 7518 3.4).
    const signature = sign("sha256", Buffer.from(signed), { key: this.#privateKey, dsaEncoding: "ieee-p1363" });
    return `${signed}.${signature.toString("base64url")}`;
  }
}
