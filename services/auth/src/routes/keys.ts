import { getKeys } from "@greenroom/shared/api/auth-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Context } from "../context.ts";

export function addKeysRoute({ server, guards, tokens }: Context): void {
  addRoute(server, guards, getKeys, async () => ({ keys: [tokens.publicKey] }));
}
