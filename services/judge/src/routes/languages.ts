import { listLanguages } from "@greenroom/shared/api/run-routes.ts";
import { type Language, languages } from "@greenroom/shared/languages.ts";
import { addRoute } from "@greenroom/shared/node/add-route.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { Context } from "../context.ts";

export function addLanguagesRoute(server: Server, context: Context): void {
  addRoute(server, context.guards, listLanguages, async () => ({ languages: offered(context) }));
}

function offered({ availability }: Context) {
  const { ready, preparing, onDemand } = availability.current;
  const stateOf = ({ id }: Language) => {
    if (ready.includes(id)) return "ready";
    if (preparing.includes(id)) return "preparing";
    return onDemand.includes(id) ? "on-demand" : undefined;
  };
  return languages.flatMap((language) => {
    const state = stateOf(language);
    const { id, label, version, fileName } = language;
    return state === undefined ? [] : [{ language: id, label, version, fileName, state } as const];
  });
}
