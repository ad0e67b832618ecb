import { createHash, createHmac } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { type ApiKey, apiKeyPattern } from "@greenroom/shared/api/key-routes.ts";
import { internalFindApiKey } from "@greenroom/shared/api/service-routes.ts";
import type { KeyCaller } from "@greenroom/shared/node/add-route.ts";
import type { FastifyRequest } from "fastify";
import { networkOf } from "./network-of.ts";

/** A key is asked about again after so long: less than the five seconds in which a revoked one must open nothing. */
const believedForMs = 4_000;
const answersWithinMs = 3_000;
/** Keys and would-be keys remembered at once. */
const remembered = 10_000;

/** What a key's callbacks are signed with; whoever has the key can work it out, and nobody can work out the key from it. */
export function callbackSecretOf(secret: string): string {
  return createHmac("sha256", secret).update("greenroom-callback").digest("hex");
}

interface Answer {
  readonly key: Promise<ApiKey | undefined>;
  readonly until: number;
}

/** Tells who calls by the key in a request's head. */
export class KeyCheck {
  readonly #options: { authUrl: string; serviceSecret: string; keylessRuns: boolean };
  readonly #answers = new Map<string, Answer>();

  constructor(options: { authUrl: string; serviceSecret: string; keylessRuns: boolean }) {
    this.#options = options;
  }

  /** Throws ApiError "unauthenticated" when there is no good key and there must be one. */
  readonly check = async (request: FastifyRequest): Promise<KeyCaller> => {
    const header = request.headers.authorization;
    if (header === undefined && this.#options.keylessRuns) return { kind: "keyless", address: networkOf(request.ip) };
    const secret = /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
    if (secret === undefined) throw new ApiError("unauthenticated", "This needs an API key.");
    const key = new RegExp(apiKeyPattern).test(secret) ? await this.#find(secret) : undefined;
    if (!key) throw new ApiError("unauthenticated", "There is no such API key, or it was revoked.");
    return { kind: "key", key, callbackSecret: callbackSecretOf(secret) };
  };

  async #find(secret: string): Promise<ApiKey | undefined> {
    const hash = createHash("sha256").update(secret).digest("hex");
    const known = this.#answers.get(hash);
    if (known && known.until > Date.now()) return await known.key;
    const answer = { key: this.#ask(hash), until: Date.now() + believedForMs };
    this.#answers.delete(hash);
    this.#answers.set(hash, answer);
    if (this.#answers.size > remembered) this.#answers.delete(this.#answers.keys().next().value ?? "");
    try {
      return await answer.key;
    } catch (error) {
      // That auth did not answer is no answer.
      if (this.#answers.get(hash) === answer) this.#answers.delete(hash);
      throw error;
    }
  }

  async #ask(hash: string): Promise<ApiKey | undefined> {
    const answer = await fetch(new URL(internalFindApiKey.path, this.#options.authUrl), {
      method: internalFindApiKey.method,
      headers: { authorization: `Service ${this.#options.serviceSecret}`, "content-type": "application/json" },
      body: JSON.stringify({ hash }),
      signal: AbortSignal.timeout(answersWithinMs),
    }).catch((cause: unknown) => {
      throw new ApiError("unavailable", "API keys cannot be checked: the auth service does not answer.", { cause });
    });
    // The auth service answers with the route's response or with an ErrorBody: its own tests hold it to that.
    const value: unknown = await answer.json();
    if (answer.ok) return value as ApiKey;
    if (answer.status === 404) return undefined;
    throw new ApiError("unavailable", "API keys cannot be checked: the auth service is not well.");
  }
}
