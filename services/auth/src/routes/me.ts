import { getMe } from "@greenroom/shared/api/auth-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Context } from "../context.ts";
import { getActiveUser } from "../active-user.ts";
import { toUser } from "../user-repository.ts";

export function addMeRoute({ server, guards, database }: Context): void {
  addRoute(server, guards, getMe, async ({ claims }) => toUser(await getActiveUser(database, claims)));
}
