import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { type ApiKey, apiKeyPrefix } from "@greenroom/shared/api/key-routes.ts";
import { JsonPeer } from "@greenroom/shared/testing/json-peer.ts";

export const serviceSecret = "a secret between our own services";

/** The auth service as the judge knows it: who has which key. */
export class AuthPeer {
  readonly #keys = new Map<string, ApiKey>();
  #peer!: JsonPeer; // set by create
  /** How often it was asked. */
  asked = 0;

  static async create(): Promise<AuthPeer> {
    const auth = new AuthPeer();
    auth.#peer = await JsonPeer.create((request) => auth.#answer(request));
    return auth;
  }

  get url(): string {
    return this.#peer.url;
  }

  addKey(bounds: Partial<ApiKey> = {}): { secret: string; keyId: string } {
    const secret = `${apiKeyPrefix}${randomBytes(32).toString("base64url")}`;
    const key: ApiKey = {
      keyId: randomUUID(),
      name: "A test's",
      runsPerMinute: 10_000,
      runsPerDay: 100_000,
      runsAtOnce: 100,
      hint: secret.slice(0, 8),
      createdBy: { userId: randomUUID(), name: "Ada" },
      createdAt: 1,
      lastUsedAt: null,
      revokedAt: null,
      ...bounds,
    };
    this.#keys.set(createHash("sha256").update(secret).digest("hex"), key);
    return { secret, keyId: key.keyId };
  }

  revoke(secret: string): void {
    this.#keys.delete(createHash("sha256").update(secret).digest("hex"));
  }

  async close(): Promise<void> {
    await this.#peer.close();
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { hash } = (await json(request)) as { hash: string }; // a test's peer
    this.asked += 1;
    const isOurs = request.headers.authorization === `Service ${serviceSecret}`;
    const key = isOurs && request.url === "/internal/api-keys/find" ? this.#keys.get(hash) : undefined;
    if (!key) return { status: 404, body: { code: "not-found", message: "There is no such key." } };
    return { status: 200, body: key };
  }
}
