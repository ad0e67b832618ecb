import { getSetup } from "@greenroom/shared/api/auth-routes.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Context } from "../context.ts";
import { anyUserExists } from "../user-repository.ts";

export function addSetupRoute({ server, guards, database, settings }: Context): void {
  addRoute(server, guards, getSetup, async () => ({
    needsSetup: !(await anyUserExists(database)),
    registration: settings.REGISTRATION,
  }));
}
