import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type ApiKey, apiKeyPrefix } from "@greenroom/shared/api/key-routes.ts";

export const serviceSecret = "a secret between our own services";

/** The auth service as the judge knows it: who has which key. */
export class AuthPeer {
  readonly #server: Server;
  readonly #keys = new Map<string, ApiKey>();
  /** How often it was asked. */
  asked = 0;

  static async create(): Promise<AuthPeer> {
    const peer = new AuthPeer();
    await new Promise<void>((resolve) => peer.#server.listen(0, "127.0.0.1", resolve));
    return peer;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        this.asked += 1;
        const isOurs = request.headers.authorization === `Service ${serviceSecret}`;
        const { hash } = JSON.parse(body) as { hash: string };
        const key = isOurs && request.url === "/internal/api-keys/find" ? this.#keys.get(hash) : undefined;
        response.writeHead(key ? 200 : 404, { "content-type": "application/json" });
        response.end(JSON.stringify(key ?? { code: "not-found", message: "There is no such key." }));
      });
    });
  }

  get url(): string {
    // It listens on TCP.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
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
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
