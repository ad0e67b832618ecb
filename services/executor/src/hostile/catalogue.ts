import type { HostileEntry } from "./hostile.ts";
import { compiled } from "./programs/compiled.ts";
import { compilers } from "./programs/compilers.ts";
import { disk } from "./programs/disk.ts";
import { escapes } from "./programs/escapes.ts";
import { information } from "./programs/information.ts";
import { leftBehind } from "./programs/left-behind.ts";
import { links } from "./programs/links.ts";
import { memory } from "./programs/memory.ts";
import { network } from "./programs/network.ts";
import { output } from "./programs/output.ts";
import { processes } from "./programs/processes.ts";
import { requests } from "./programs/requests.ts";
import { time } from "./programs/time.ts";
import { verdicts } from "./programs/verdicts.ts";

/** Every hostile program and request, by class. */
export const catalogue: readonly HostileEntry[] = [
  ...time,
  ...processes,
  ...memory,
  ...output,
  ...disk,
  ...leftBehind,
  ...links,
  ...escapes,
  ...information,
  ...network,
  ...compilers,
  ...compiled,
  ...requests,
  ...verdicts,
];
