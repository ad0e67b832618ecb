import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { randomUUID } from "node:crypto";

import { createApiKey } from "@greenroom/shared/api/key-routes.ts";
import { login, redeemInvite, register } from "@greenroom/shared/api/auth-routes.ts";
import { createRun } from "@greenroom/shared/api/run-routes.ts";
import { createInvite, createSession } from "@greenroom/shared/api/session-routes.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { call } from "../../apps/web/e2e/support/api.ts";
import { openSocket } from "../../apps/web/e2e/support/socket.ts";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { prepareBaseImage } from "../prepare/base-image.ts";
import { startComposeStack, type ComposeStack } from "./compose.ts";
import { askForPath, type Candidate, type IceParameters, isReachable } from "./testing/call-path.ts";
import { Relay } from "./testing/relay.ts";

const minute = 60_000;
const administrator = { name: "Ada Admin", email: "ada@example.org", password: "correct horse battery" };
let stack: ComposeStack;

/** What a command inside a service's container printed. Fails when the command does. */
const inside = (service: string, ...command: string[]) => stack.compose("exec", "--no-TTY", service, ...command);

beforeAll(async () => {
  const baseImage = process.env["SANDBOX_BASE_IMAGE"] ?? (await prepareBaseImage());
  if (!baseImage) throw new Error("There is no image to begin with.");
  stack = await startComposeStack({
    project: `greenroom-test-${process.pid}`,
    port: await freePort(),
    baseImage,
    // One language is enough to interview in, and its image is there already when the executor's own tests have run.
    env: { SANDBOX_LANGUAGES: "python", LOG_LEVEL: "info" },
  });
}, 15 * minute);

afterAll(() => stack?.close(), 2 * minute);

it(
  "carries an interview: an account, a session, a candidate, an edit, and a run whose output both see",
  async () => {
    const { url, setupCode } = stack;
    const ada = (await call(url, register, { body: { ...administrator, setupCode } })).body;
    const created = { body: { title: "In containers", language: "python" as const }, token: ada.accessToken };
    const { sessionId } = (await call(url, createSession, created)).body;
    const invite = { params: { sessionId }, body: { role: "candidate" as const }, token: ada.accessToken };
    const link = (await call(url, createInvite, invite)).body.url;
    expect(link.startsWith(url)).toBe(true);
    const cleo = (await call(url, redeemInvite, { body: { invite: link.split("/").at(-1) ?? "", name: "Cleo" } })).body;
    const [interviewer, candidate] = await Promise.all([
      openSocket(url, sessionId, ada.accessToken),
      openSocket(url, sessionId, cleo.accessToken),
    ]);
    const { documentId } = (await candidate.frame("welcome")).session;
    candidate.send({ type: "document.open", documentId, since: null });
    const { revision } = await candidate.frame("document.snapshot");
    const operation = ['print("hello from a container")\nraise SystemExit\n'];
    candidate.send({ type: "operation", documentId, clientId: randomUUID(), seq: 1, revision, operation });
    const acked = (await candidate.frame("operation.ack")).revision;

    // The sandbox's image may still be in the making.
    await until("python can run", () => pythonIsReady(candidate.frames), { withinMs: 5 * minute, everyMs: 200 });
    const runId = randomUUID();
    candidate.send({ type: "run.start", runId, documentId, revision: acked, task: givenInput("") });
    for (const person of [candidate, interviewer]) {
      const { run } = await person.frame("run", (frame) => frame.run.runId === runId && frame.run.state === "ended");
      expect(run.result).toMatchObject({ outcome: "exited", exitCode: 0 });
      const output = person.frames.flatMap((frame) => (frame.type === "run.output" ? frame.chunks : []));
      expect(JSON.stringify(output)).toContain("hello from a container");
      person.close();
    }
    // Whoever comes now is led to the process that has the room, by the name it gave itself.
    const back = await openSocket(url, sessionId, cleo.accessToken);
    await back.frame("welcome");
    back.close();
    expect(await stack.compose("logs", "--no-color", "gateway")).not.toContain("could not be reached");
  },
  7 * minute,
);

function pythonIsReady(frames: Awaited<ReturnType<typeof openSocket>>["frames"]): boolean {
  const states = frames.flatMap((frame) =>
    frame.type === "welcome" ? [frame.runs] : frame.type === "run.availability" ? [frame.availability] : [],
  );
  return states.at(-1)?.ready.includes("python") ?? false;
}

it("runs a program for a program that has an API key, in its head or in its address", async () => {
  const { url } = stack;
  const { email, password } = administrator;
  const { accessToken: token } = (await call(url, login, { body: { email, password } })).body;
  const { secret } = (await call(url, createApiKey, { body: { name: "CI" }, token })).body;
  const program = { language: "python" as const, files: [{ name: "main.py", content: "print(int(input()) * 2)" }] };
  const task = { kind: "graded" as const, cases: [{ visibility: "hidden" as const, input: "21", expected: "42" }] };
  const graded = await call(url, createRun, { body: { program, task }, query: { wait: 30 }, token: secret });
  expect(graded.body).toMatchObject({ state: "ended", result: { outcome: "accepted" } });
  const asked = { language: "python", version: "*", files: [{ content: "print(6 * 7)" }] };
  const answer = await fetch(`${url}/k/${secret}/api/v2/execute`, { method: "POST", body: JSON.stringify(asked) });
  expect(await answer.json()).toMatchObject({ run: { stdout: "42\n", code: 0 } });
  expect(await stack.compose("logs", "--no-color")).not.toContain(secret);
});

it("tells whoever joins a call where the media service is, which answers there over UDP, TCP and a relay", async () => {
  const { url, address, mediaPort, turnPort } = stack;
  const { email, password } = administrator;
  const { accessToken: token } = (await call(url, login, { body: { email, password } })).body;
  const created = { body: { title: "A call", language: "python" as const }, token };
  const { sessionId } = (await call(url, createSession, created)).body;
  const { answer, close } = await askForPath(url, sessionId, token);
  onTestFinished(close);
  // mediasoup's own, as its client knows them.
  const candidates = answer.iceCandidates as unknown as Candidate[];
  const parameters = answer.iceParameters as unknown as IceParameters;
  const published = candidates.filter((candidate) => candidate.address === address);
  expect(published).toMatchObject([
    { address, port: mediaPort, protocol: "udp" },
    { address, port: mediaPort, protocol: "tcp" },
  ]);
  for (const candidate of published) expect(await isReachable(candidate, parameters), candidate.protocol).toBe(true);
  // Whoever knows no transport's password gets no answer.
  const [udp] = published;
  if (udp) expect(await isReachable(udp, { ...parameters, password: "guessed" })).toBe(false);

  const { username = "", credential = "" } = answer.iceServers[0] ?? {};
  const relay = await Relay.create({ address, port: turnPort, username, credential });
  onTestFinished(() => relay.close());
  const behind = candidates.find((candidate) => candidate.protocol === "udp" && candidate.address !== address);
  expect(behind && (await relay.reaches(behind, parameters))).toBe(true);
  // It is nobody's way to anything else.
  for (const other of [address, "10.255.255.1", "127.0.0.1", "198.51.100.7"])
    expect(await relay.permits(other), other).toBe(false);
  const stranger = Relay.create({ address, port: turnPort, username, credential: "guessed" });
  await expect(stranger).rejects.toThrow("401");
});

it("lets each service reach those it works with, and nobody else", async () => {
  const reaches = (from: string, to: string, port: number) =>
    inside(from, "timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${to}/${port}`).then(
      () => true,
      () => false,
    );
  expect(await reaches("gateway", "auth", 8080)).toBe(true);
  expect(await reaches("session", "postgres", 5432)).toBe(true);
  expect(await reaches("judge", "postgres", 5432)).toBe(true);
  expect(await reaches("judge", "executor", 8080)).toBe(false);
  // Metrics, for whoever is inside.
  expect(await reaches("session", "gateway", 9464)).toBe(true);
  expect(await reaches("gateway", "postgres", 5432)).toBe(false);
  expect(await reaches("gateway", "executor", 8080)).toBe(false);
  expect(await reaches("executor", "auth", 8080)).toBe(false);
  expect(await reaches("executor", "postgres", 5432)).toBe(false);
  expect(await reaches("gateway", "media", 8080)).toBe(true);
  expect(await reaches("media", "session", 8080)).toBe(true);
  expect(await reaches("media", "postgres", 5432)).toBe(false);
});

it("runs every service without privileges, on a root file system that it cannot write", async () => {
  for (const service of ["gateway", "auth", "session", "judge", "media"]) {
    expect(await inside(service, "id", "-un")).toBe("greenroom\n");
    expect(await inside(service, "grep", "CapBnd", "/proc/1/status")).toMatch(/\t0{16}$/m);
    await expect(inside(service, "touch", "/app/anything")).rejects.toThrow("Read-only file system");
  }
  // The executor begins as root to read the group of the engine's socket, and is nobody in particular after that.
  expect(await stack.compose("top", "executor")).toMatch(/^10001\s.*node services\/executor/m);
  for (const service of ["gateway", "auth", "session", "judge", "media"]) {
    await expect(inside(service, "ls", "/var/run/docker.sock")).rejects.toThrow("No such file");
  }
});

it("gives each service its own secrets, and in Redis its own keys", async () => {
  expect((await inside("gateway", "ls", "/run/secrets")).trim()).toBe("redis-url");
  expect((await inside("executor", "ls", "/run/secrets")).trim()).toBe("redis-url");
  const ofMedia = await inside("media", "ls", "/run/secrets");
  expect(ofMedia.trim().split(/\s+/)).toEqual(["redis-url", "service-secret", "turn-secret"]);
  const program = `
    const { Redis } = await import("/app/services/gateway/node_modules/ioredis/built/index.js");
    const { readFileSync } = await import("node:fs");
    const redis = new Redis(readFileSync("/run/secrets/redis-url", "utf8"));
    for (const [command, ...args] of [["get", "room:x:owner"], ["set", "room:x:owner", "me"], ["get", "bull:runs:id"], ["flushall"]])
      console.log(command, await redis.call(command, ...args).then(() => "allowed", (error) => error.message.split(" ")[0]));
    redis.disconnect();`;
  const answers = await inside("gateway", "node", "--input-type=module", "--eval", program);
  expect(answers.trim().split("\n")).toEqual(["get allowed", "set NOPERM", "get NOPERM", "flushall NOPERM"]);
});

it(
  "keeps its secrets and its data over a restart, and prints no secret",
  async () => {
    await stack.compose("down", "--timeout", "20");
    await stack.compose("up", "--detach", "--wait", "--wait-timeout", "300");
    expect((await inside("auth", "cat", "/run/secrets/setup-code")).trim()).toBe(stack.setupCode);
    const { email, password } = administrator;
    const signedIn = await call(stack.url, login, { body: { email, password } });
    expect(signedIn.body.user.role).toBe("admin");
    const logs = await stack.compose("logs", "--no-color");
    expect(logs).toContain("The gateway listens");
    for (const service of ["auth", "session", "judge", "gateway", "executor", "media"]) {
      const secrets = (await inside(service, "sh", "-c", "cat /run/secrets/*")).split(/[\n:@/]/);
      for (const secret of secrets.filter((part) => part.length > 16)) expect(logs).not.toContain(secret);
    }
  },
  5 * minute,
);
