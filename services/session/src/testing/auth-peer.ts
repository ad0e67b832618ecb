import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type { Invite } from "@greenroom/shared/api/session-routes.ts";
import { JsonPeer } from "@greenroom/shared/testing/json-peer.ts";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";

export const serviceSecret = "a service secret for tests";

/** The auth service as the session service knows it: a peer over the network, with its routes and its answers. */
export class AuthPeer {
  readonly tokens = new TokenMaker();
  /** Whom `/internal/standing` says to have lost access. */
  readonly lost = new Set<string>();
  readonly invites: Invite[] = [];
  /** What was asked, as "METHOD path". */
  readonly asked: string[] = [];
  #peer!: JsonPeer; // set by create

  static async create(): Promise<AuthPeer> {
    const auth = new AuthPeer();
    auth.#peer = await JsonPeer.create((request) => auth.#answer(request));
    return auth;
  }

  get url(): string {
    return this.#peer.url;
  }

  async close(): Promise<void> {
    await this.#peer.close();
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const route = `${request.method} ${request.url}`;
    this.asked.push(route);
    if (route === "GET /api/auth/keys") return { status: 200, body: this.tokens.keySet };
    if (request.headers.authorization !== `Service ${serviceSecret}`)
      return { status: 401, body: { code: "unauthenticated", message: "Who are you?" } };
    const body = request.method === "POST" ? ((await json(request)) as Record<string, never>) : {}; // a test's peer
    if (route === "POST /internal/standing") return { status: 200, body: this.#standing(body) };
    if (route === "POST /internal/records/sign") return { status: 200, body: { signature: this.tokens.jws(body) } };
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
