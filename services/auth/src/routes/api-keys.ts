import { createHash } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import {
  apiKeyPrefix,
  changeApiKey,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  usualKeyBounds,
} from "@greenroom/shared/api/key-routes.ts";
import { internalFindApiKey } from "@greenroom/shared/api/service-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import { getActiveAdmin } from "../active-user.ts";
import * as keys from "../api-key-repository.ts";
import { cleanName } from "../clean-input.ts";
import type { Context } from "../context.ts";
import { newSecret } from "../secret.ts";

/** Characters of a key that tell it apart from others, and help nobody to guess the rest. */
const hintLength = apiKeyPrefix.length + 5;

/** Keys to the judge belong to the company: they outlive the account of whoever made them. */
export function addApiKeyRoutes(context: Context): void {
  const { server, guards, database, logger, now } = context;

  addRoute(server, guards, listApiKeys, async ({ claims }) => {
    await getActiveAdmin(database, claims);
    return { keys: await keys.listApiKeys(database) };
  });

  addRoute(server, guards, createApiKey, async ({ claims, body }) => {
    await getActiveAdmin(database, claims);
    const secret = `${apiKeyPrefix}${newSecret()}`;
    const hash = createHash("sha256").update(secret).digest("hex");
    const hint = secret.slice(0, hintLength);
    const bounds = { ...usualKeyBounds, ...body, name: cleanName(body.name) };
    const key = await keys.insertApiKey(database, { ...bounds, hash, hint, createdBy: claims.sub, now: now() });
    logger.info({ keyId: key.keyId, by: claims.sub }, "API key made");
    return { key, secret };
  });

  addRoute(server, guards, changeApiKey, async ({ claims, params: { keyId }, body }) => {
    await getActiveAdmin(database, claims);
    const name = body.name === undefined ? {} : { name: cleanName(body.name) };
    const key = await keys.updateApiKey(database, keyId, { ...body, ...name });
    logger.info({ keyId, by: claims.sub }, "API key changed");
    return key;
  });

  addRoute(server, guards, revokeApiKey, async ({ claims, params: { keyId } }) => {
    await getActiveAdmin(database, claims);
    await keys.revokeApiKey(database, keyId, now());
    logger.info({ keyId, by: claims.sub }, "API key revoked");
    return null;
  });

  addRoute(server, guards, internalFindApiKey, async ({ body }) => {
    const key = await keys.useApiKey(database, body.hash, now());
    if (!key) throw new ApiError("not-found", "There is no such key, or it was revoked.");
    return key;
  });
}
