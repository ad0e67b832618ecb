import { existsSync } from "node:fs";

import type { Package } from "./apt.ts";

/** What apt must bring before a TURN server can run here as a process of ours; docker compose has its own. */
export function missingTurnPackages(): Package[] {
  if (existsSync("/usr/bin/turnserver")) return [];
  return [{ name: "coturn", why: "the relay (TURN) that calls of the tests go over", unwantedService: "coturn" }];
}
