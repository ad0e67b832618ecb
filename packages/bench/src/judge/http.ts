import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { setup, teardown } from "@greenroom/shared/testing/shared-postgres.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { serviceSecret } from "../../../../services/judge/src/testing/auth-peer.ts";
import { RealExecutor } from "../../../../services/judge/src/testing/real-executor.ts";
import { TestGround } from "../../../../services/judge/src/testing/start-judge.ts";
import type { Row } from "../bench.ts";
import { Floor } from "./floor.ts";
import { barePython, hello, p50, p95, rate, row, timed } from "./measure.ts";

const times = 60;
const main = fileURLToPath(new URL("../../../../services/judge/src/main.ts", import.meta.url));

/** The judge as it is started anywhere: a process of its own, so that whoever measures does not share its thread. */
async function startJudge(ground: TestGround, cleanUp: AsyncDisposableStack): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"],
      PORT: new URL(url).port,
      LOG_LEVEL: "warn",
      DATABASE_URL: ground.database.url,
      REDIS_URL: ground.redisServer.url,
      AUTH_URL: ground.auth.url,
      SERVICE_SECRET: serviceSecret,
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  cleanUp.defer(async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  });
  const isReady = async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok;
  await until("the judge listens", isReady, { withinMs: 30_000 });
  return url;
}

/** Posts JSON over a connection that is kept; answers of 400 and more are errors. */
function poster(url: string, secret: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  return (path: string, body: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const posting = request(`${url}${path}`, { method: "POST", agent, headers }, (answer) => {
        json(answer).then((value) => ((answer.statusCode ?? 500) < 400 ? resolve(value) : reject(value)), reject);
      });
      posting.once("error", reject);
      posting.end(JSON.stringify(body));
    });
}

const ownRun = {
  program: { language: "python", files: [{ name: "main.py", content: hello }] },
  task: { kind: "free", input: { kind: "given", text: "" }, arguments: [] },
};
const pistonRun = { language: "python", version: "*", files: [{ name: "main.py", content: hello }] };

function requireHello(answer: unknown): void {
  if (!JSON.stringify(answer).includes("Hello, world!")) throw new Error(`No hello: ${JSON.stringify(answer)}`);
}

/** Python's hello over HTTP: judge, Postgres, Redis, queue and executor, each a process of its own. */
export async function measureHttp(): Promise<Row[]> {
  await using cleanUp = new AsyncDisposableStack();
  await setup();
  cleanUp.defer(teardown);
  const ground = await TestGround.create({ withPeer: false });
  cleanUp.defer(() => ground.close());
  const { url: redisUrl } = ground.redisServer;
  const executor = await RealExecutor.create({ redis: ground.redis, redisUrl, languages: ["python"] });
  cleanUp.defer(() => executor.close());
  const url = await startJudge(ground, cleanUp);
  const floor = await Floor.create("python", { "main.py": hello });
  cleanUp.defer(() => floor.close());
  const { secret } = ground.auth.addKey({ runsPerMinute: 60_000 });
  const post = poster(url, secret);
  const own = async () => requireHello(await post("/api/runs?wait=10", ownRun));
  const piston = async () => requireHello(await post("/api/v2/execute", pistonRun));
  await until("Python is on offer", () =>
    piston().then(
      () => true,
      () => false,
    ),
  );
  for (let index = 0; index < 10; index++) await Promise.all([own(), piston()]);
  const all = { own: [] as number[], piston: [] as number[], bare: [] as number[] };
  for (let index = 0; index < times; index++) {
    all.bare.push(await floor.time(barePython));
    all.own.push(await timed(own));
    all.piston.push(await timed(piston));
  }
  const bare = p50(all.bare);
  return [
    row("python-http", "ms", p50(all.own), { bare, p95: p95(all.own), "over-bare": p50(all.own) - bare }),
    row("python-http-piston", "ms", p50(all.piston), {
      bare,
      p95: p95(all.piston),
      "over-bare": p50(all.piston) - bare,
    }),
    row("python-rate-http", "runs/s", await rate(200, 4, own), {}),
  ];
}
