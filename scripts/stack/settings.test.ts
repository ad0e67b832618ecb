import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it, onTestFinished } from "vitest";

import { serviceNames } from "./services.ts";
import { settingsOf } from "./settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, "utf8");
const namesIn = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""));

const documented = new Set(Object.keys(settingsOf({})));
/** What the stack decides itself, and no person sets. */
const internal = [
  "ADVERTISED_URL",
  "AUTH_URL",
  "JUDGE_URL",
  "MEDIA_URL",
  "METRICS_PORT",
  "SESSION_URL",
  "SERVICE_SECRET",
  "SETUP_CODE",
  "SIGNING_KEY",
  "WEB_ROOT",
].concat(["SANDBOX_BASE_IMAGE", "SANDBOX_LABEL"]);
/** What only `npm start` reads. */
const startOnly = ["DATABASE_URL", "REDIS_URL", "GREENROOM_DATA_DIR", "MEDIASOUP_WORKER_BIN"];

it("documents every setting of every service that is started", () => {
  const services = serviceNames.map((name) => `services/${name}/src/config.ts`);
  const configs = [...services, "packages/shared/src/node/config.ts"];
  const settings = configs.flatMap((path) => [...namesIn(read(path), /^ {2}([A-Z][A-Z0-9_]+):/gm)]);
  expect(settings.length).toBeGreaterThan(20);
  expect(settings.filter((name) => !documented.has(name) && !internal.includes(name))).toEqual([]);
});

it("lets docker compose set all that is documented, and nothing else", () => {
  const used = namesIn(read("docker-compose.yml"), /\$\{([A-Z][A-Z0-9_]+)/g);
  expect([...documented].filter((name) => !used.has(name) && !startOnly.includes(name))).toEqual([]);
  // Compose's own, and the tag of our images.
  const others = ["COMPOSE_PROJECT_NAME", "GREENROOM_VERSION"];
  expect([...used].filter((name) => !documented.has(name) && !others.includes(name))).toEqual([]);
});

it("hands on the settings that are documented, and nothing else of the environment", () => {
  expect(settingsOf({ ROOM_SEATS: "6", AWS_SECRET_ACCESS_KEY: "x" })).toMatchObject({ ROOM_SEATS: "6" });
  expect(settingsOf({ AWS_SECRET_ACCESS_KEY: "x" })).not.toHaveProperty("AWS_SECRET_ACCESS_KEY");
});

it("reads a setting from the file that NAME_FILE names", () => {
  const file = join(mkdtempSync(join(tmpdir(), "greenroom-settings-")), "redis-url");
  writeFileSync(file, "redis://elsewhere:6379\n");
  onTestFinished(() => rmSync(file));
  expect(settingsOf({ REDIS_URL_FILE: file })).toMatchObject({ REDIS_URL: "redis://elsewhere:6379" });
  expect(() => settingsOf({ REDIS_URL_FILE: `${file}.none` })).toThrow("no such file");
});
