import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { SupervisedService } from "./supervise.ts";

const healthyProgram = `
  require("node:http").createServer((_, response) => response.end()).listen(Number(process.env.PORT), "127.0.0.1");
  console.log("up");
`;

let folder: string;
let deaths: number[];
let service: SupervisedService;

async function supervise(program: string): Promise<SupervisedService> {
  const port = await freePort();
  service = SupervisedService.create({
    name: "sample",
    url: `http://127.0.0.1:${port}`,
    process: {
      command: process.execPath,
      args: ["-e", program],
      cwd: folder,
      env: { PORT: String(port) },
      logFile: join(folder, "sample.log"),
      onLine: () => {},
    },
    onDeath: ({ restartInMs }) => deaths.push(restartInMs),
  });
  return service;
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-supervise-"));
  deaths = [];
});

afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

it("starts a healthy service again at once, however often it is killed", async () => {
  await supervise(healthyProgram);
  await service.untilHealthy();
  for (let round = 1; round <= 5; round++) {
    const before = service.pid;
    service.kill("SIGKILL");
    await service.restarted();
    expect(service.pid).not.toBe(before);
    expect(service.restarts).toBe(round);
  }
  expect(deaths).toEqual([0, 0, 0, 0, 0]);
});

it("waits longer and longer before it starts a service that dies young, and says why it gives up", async () => {
  await supervise(`console.error("no database"); process.exit(3);`);
  await expect(service.untilHealthy()).rejects.toThrow(/sample service does not start.*\n(.*\n)*no database/);
  expect(deaths.slice(0, 3)).toEqual([0, 250, 500]);
});

it("stops the service when it is closed, and keeps what it printed", async () => {
  await supervise(healthyProgram);
  await service.untilHealthy();
  const pid = service.pid ?? 0;
  await service.close();
  expect(isAlive(pid)).toBe(false);
  expect(service.restarts).toBe(0);
  expect(readFileSync(join(folder, "sample.log"), "utf8")).toContain("up");
});
