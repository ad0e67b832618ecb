import { existsSync } from "node:fs";

import type { Package } from "./apt.ts";

/** Whether a TURN server can be run as a process of ours. */
export const hasTurnServer = (): boolean => existsSync("/usr/bin/turnserver");

/** What apt must bring before one can; docker compose has its own. */
export function missingTurnPackages(): Package[] {
  if (hasTurnServer()) return [];
  return [{ name: "coturn", why: "the relay (TURN) that calls of the tests go over", unwantedService: "coturn" }];
}
