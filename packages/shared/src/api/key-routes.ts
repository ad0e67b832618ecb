import { Type, type Static } from "typebox";
import { defineRoute } from "./route.ts";

const Id = Type.String({ format: "uuid" });
const Instant = Type.Integer({ minimum: 0 });

/** What every API key begins with, so that it is known for one wherever it leaks; 32 random bytes as base64url follow. */
export const apiKeyPrefix = "gr_";
export const apiKeyPattern = "^gr_[A-Za-z0-9_-]{43}$";

/** Characters of a key's name. */
export const maxKeyName = 80;
/** How many runs a key may be allowed. */
export const keyRunBounds = {
  runsPerMinute: { minimum: 1, maximum: 60_000 },
  runsPerDay: { minimum: 1, maximum: 10_000_000 },
  runsAtOnce: { minimum: 1, maximum: 1_000 },
} as const;

const bounds = {
  name: Type.String({ minLength: 1, maxLength: maxKeyName, pattern: "\\S" }),
  /** Runs in a minute. */
  runsPerMinute: Type.Integer(keyRunBounds.runsPerMinute),
  /** Runs in a day (UTC). */
  runsPerDay: Type.Integer(keyRunBounds.runsPerDay),
  /** Runs waiting or going on at once. */
  runsAtOnce: Type.Integer(keyRunBounds.runsAtOnce),
};

/** What a new key may do unless its maker says otherwise. No schema has these: a change would be filled up with them. */
export const usualKeyBounds = { runsPerMinute: 300, runsPerDay: 20_000, runsAtOnce: 16 } as const;

/** A key to the judge, for programs. The key itself is shown once, when it is made, and kept only as a hash. */
export const ApiKey = Type.Object({
  keyId: Id,
  ...bounds,
  /** The first characters of the key, to tell keys apart. */
  hint: Type.String(),
  createdBy: Type.Object({ userId: Id, name: Type.String() }),
  createdAt: Instant,
  lastUsedAt: Type.Union([Instant, Type.Null()]),
  revokedAt: Type.Union([Instant, Type.Null()]),
});
export type ApiKey = Static<typeof ApiKey>;

export const listApiKeys = defineRoute({
  method: "GET",
  path: "/api/auth/api-keys",
  summary: "All API keys, newest first",
  access: "admin",
  response: Type.Object({ keys: Type.Array(ApiKey) }),
  errors: [],
});

export const createApiKey = defineRoute({
  method: "POST",
  path: "/api/auth/api-keys",
  summary: `Make an API key, which is shown this once; unless told otherwise it may make ${usualKeyBounds.runsPerMinute} runs a minute, ${usualKeyBounds.runsPerDay} a day, ${usualKeyBounds.runsAtOnce} at once`,
  access: "admin",
  body: Type.Object({
    name: bounds.name,
    runsPerMinute: Type.Optional(bounds.runsPerMinute),
    runsPerDay: Type.Optional(bounds.runsPerDay),
    runsAtOnce: Type.Optional(bounds.runsAtOnce),
  }),
  response: Type.Object({ key: ApiKey, secret: Type.String() }),
  errors: [],
});

export const changeApiKey = defineRoute({
  method: "PATCH",
  path: "/api/auth/api-keys/:keyId",
  summary: "Rename a key, or change what it may do",
  access: "admin",
  params: Type.Object({ keyId: Id }),
  body: Type.Partial(Type.Object(bounds)),
  response: ApiKey,
  errors: ["not-found"],
});

export const revokeApiKey = defineRoute({
  method: "DELETE",
  path: "/api/auth/api-keys/:keyId",
  summary: "Revoke a key; within five seconds it opens nothing",
  access: "admin",
  params: Type.Object({ keyId: Id }),
  response: Type.Null(),
  errors: ["not-found"],
});

export const keyRoutes = [listApiKeys, createApiKey, changeApiKey, revokeApiKey] as const;
