import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import {
  accessTokenAudience,
  accessTokenIssuer,
  type GuestClaims,
  type UserClaims,
} from "@greenroom/shared/api/access.ts";
import type { Invite } from "@greenroom/shared/api/session-routes.ts";

export const serviceSecret = "a service secret for tests";
const keyId = randomUUID();

type UnlessTold<Claims> = Omit<Claims, "exp"> & { exp?: number };

/** A key as the auth service signs with: tokens by it, and the key set that verifies them. */
export class Signer {
  readonly keySet: { keys: object[] };
  readonly #privateKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    // All signers use one key id, so that a forger's token names a key that exists.
    this.keySet = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: keyId, alg: "ES256", use: "sig" }] };
  }

  /** A token with these claims; it lives for ten minutes unless they say otherwise. */
  sign(claims: UnlessTold<UserClaims> | UnlessTold<GuestClaims>): string {
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: accessTokenIssuer, aud: accessTokenAudience, iat: now, exp: now + 600, ...claims };
    return this.jws(whole);
  }

  /** Signs whatever it is given. */
  jws(payload: object): string {
    const signed = [{ alg: "ES256", typ: "JWT", kid: keyId }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    // JWS wants the two numbers of an ECDSA signature side by side (RFC 7518 3.4).
    const signature = sign("sha256", Buffer.from(signed), { key: this.#privateKey, dsaEncoding: "ieee-p1363" });
    return `${signed}.${signature.toString("base64url")}`;
  }
}

/** The auth service as the session service knows it: a peer over the network, with its routes and its answers. */
export class AuthPeer {
  readonly signer = new Signer();
  /** Whom `/internal/standing` says to have lost access. */
  readonly lost = new Set<string>();
  readonly invites: Invite[] = [];
  /** What was asked, as "METHOD path". */
  readonly asked: string[] = [];
  readonly #server: Server;

  static async create(): Promise<AuthPeer> {
    const peer = new AuthPeer();
    await new Promise<void>((resolve) => peer.#server.listen(0, "127.0.0.1", resolve));
    return peer;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on TCP
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const route = `${request.method} ${request.url}`;
    this.asked.push(route);
    if (route === "GET /api/auth/keys") return { status: 200, body: this.signer.keySet };
    if (request.headers.authorization !== `Service ${serviceSecret}`)
      return { status: 401, body: { code: "unauthenticated", message: "Who are you?" } };
    const body = request.method === "POST" ? ((await json(request)) as Record<string, never>) : {}; // a test's peer
    if (route === "POST /internal/standing") return { status: 200, body: this.#standing(body) };
    if (route === "POST /internal/records/sign") return { status: 200, body: { signature: this.signer.jws(body) } };
    if (route === "POST /internal/invites") return { status: 200, body: this.#invite(body) };
    const [, sessionId, inviteId] = /^\/internal\/sessions\/([^/]+)\/invites\/?([^/]*)$/.exec(request.url ?? "") ?? [];
    const ofSession = this.invites.filter((invite) => invite.sessionId === sessionId);
    if (request.method === "GET") return { status: 200, body: { invites: ofSession } };
    const invite = ofSession.find((candidate) => candidate.inviteId === inviteId);
    if (!invite) return { status: 404, body: { code: "not-found", message: "There is no such invite." } };
    invite.revokedAt = Date.now();
    return { status: 200, body: null };
  }

  #standing(asked: Record<string, string[]>): { userIds: string[]; inviteIds: string[] } {
    const lost = (ids: string[] = []): string[] => ids.filter((id) => this.lost.has(id));
    return { userIds: lost(asked["userIds"]), inviteIds: lost(asked["inviteIds"]) };
  }

  #invite(asked: { sessionId?: string; role?: Invite["role"]; expiresInHours?: number }): object {
    const createdAt = Date.now();
    const invite: Invite = {
      inviteId: randomUUID(),
      sessionId: asked.sessionId ?? "",
      role: asked.role ?? "candidate",
      createdAt,
      expiresAt: createdAt + (asked.expiresInHours ?? 0) * 3_600_000,
      revokedAt: null,
    };
    this.invites.push(invite);
    return { invite, url: `http://localhost/join/${invite.inviteId}` };
  }
}
