import { randomUUID } from "node:crypto";
import { defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { Problem, ProblemContent, ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ExecutorPeer } from "@greenroom/shared/testing/executor-peer.ts";
import type { TestClient } from "../testing/test-client.ts";
import { TestStack, type TestUser } from "../testing/test-stack.ts";

/** In every hidden place of the problem, and in nothing that a candidate may ever be sent. */
const secret = "hidden-secret-4711";

const content: ProblemContent = {
  title: "Sum of two",
  statement: "Add **two** numbers 🎉.",
  style: { kind: "stdin" },
  checker: {
    kind: "program",
    program: { language: "python", files: [{ name: "check.py", content: `# ${secret}\nexit(42)` }] },
  },
  cases: [
    { visibility: "hidden", input: `1 ${secret}\n`, expected: `1${secret}\n` },
    { visibility: "visible", input: "1 2\n", expected: "3\n" },
    { visibility: "hidden", input: `2 ${secret}\n`, expected: `2${secret}\n` },
  ],
  starters: [{ language: "python", text: "# begin here\n" }],
  limits: { ...defaultRunLimits, cpuMs: 1_000 },
};

let stack: TestStack;
let executor: ExecutorPeer;
beforeAll(async () => {
  stack = await TestStack.create();
  executor = new ExecutorPeer(stack.redisUrl);
  await executor.announce();
});
afterAll(async () => {
  await executor.close();
  await stack.close();
});

interface Scene {
  sessionId: string;
  owner: TestUser;
  problem: Problem;
  interviewer: TestClient;
  candidate: TestClient;
  observer: TestClient;
  documentId: string;
}
let scene: Scene;

async function make(owner: TestUser, changed: Partial<ProblemContent> = {}): Promise<Problem> {
  const answer = await stack.request("/api/problems", {
    token: owner.token,
    method: "POST",
    body: { ...content, ...changed },
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as Problem; // the route's response
}

beforeEach(async () => {
  const { sessionId, owner } = await stack.createSession();
  const { client: interviewer, documentId } = await stack.edit(sessionId, owner.token);
  const candidate = await stack.join(sessionId, stack.guestToken(sessionId));
  const observer = await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  const welcome = interviewer.all("welcome")[0];
  if (!welcome?.runs.available) await interviewer.next("run.availability", (frame) => frame.availability.available);
  scene = { sessionId, owner, problem: await make(owner), interviewer, candidate, observer, documentId };
});

async function show(problem: Problem | null): Promise<string> {
  const shown = scene.candidate.next(
    "problem",
    (frame) => (frame.problem?.problemId ?? null) === (problem?.problemId ?? null),
  );
  scene.interviewer.send({ type: "problem.show", problemId: problem?.problemId ?? null });
  return (await shown).documentId;
}

/** Nothing that this client was ever sent holds the secret. */
function expectNothingHidden(client: TestClient): void {
  const everything = JSON.stringify(client.frames);
  expect(everything).toContain("Sum of two");
  expect(everything).not.toContain(secret);
  expect(everything).not.toContain(Buffer.from(secret).toString("base64").slice(0, 20));
}

describe("a room's problem", () => {
  it("[B2, B3] is shown to everybody, hidden cases to interviewers alone", async () => {
    const theirs = scene.interviewer.next("problem");
    const documentId = await show(scene.problem);
    const { problem } = await theirs;
    expect(problem?.cases[0]).toEqual({ number: 1, ...content.cases[0] });
    const [seen] = scene.candidate.all("problem");
    expect(seen?.problem?.cases).toEqual([
      { number: 1, visibility: "hidden" },
      { number: 2, visibility: "visible", input: "1 2\n", expected: "3\n" },
      { number: 3, visibility: "hidden" },
    ]);
    expect(seen).toMatchObject({ problem: { statement: content.statement, checker: "program", version: 1 } });
    expect((await scene.candidate.openDocument(documentId)).text).toBe("# begin here\n");
    const late = await stack.join(scene.sessionId, stack.guestToken(scene.sessionId));
    expect(late.all("welcome")[0]).toMatchObject({ problem: { title: "Sum of two" }, session: { documentId } });
    await scene.observer.settled();
    for (const client of [scene.candidate, scene.observer, late]) expectNothingHidden(client);
  });

  it("[D8, B2] has documents of its own, and going back finds the text again", async () => {
    const documentId = await show(scene.problem);
    await scene.candidate.openDocument(documentId);
    await scene.candidate.commit({ documentId, seq: 1, revision: 0, operation: ["mine "] });
    expect(await show(null)).toBe(scene.documentId);
    expect(await show(scene.problem)).toBe(documentId);
    await stack.restart();
    const back = await stack.join(scene.sessionId, scene.owner.token);
    expect(back.all("welcome")[0]?.session.documentId).toBe(documentId);
    expect((await back.openDocument(documentId)).text).toBe("mine # begin here\n");
    const record = await (await stack.request(`/api/sessions/${scene.sessionId}`, { token: scene.owner.token })).json();
    expect(record).toMatchObject({
      documents: [{ problemId: null }, { problemId: scene.problem.problemId, text: "mine # begin here\n" }],
    });
  });

  it("[B1] is chosen by an interviewer with an account, from those there are", async () => {
    const { candidate, interviewer, sessionId, problem } = scene;
    candidate.send({ type: "problem.show", problemId: problem.problemId });
    expect(await candidate.next("error")).toMatchObject({ code: "not-allowed", refused: "problem.show" });
    const guest = await stack.join(sessionId, stack.guestToken(sessionId, { role: "interviewer" }));
    guest.send({ type: "problem.show", problemId: problem.problemId });
    expect(await guest.next("error")).toMatchObject({ code: "not-allowed" });
    interviewer.send({ type: "problem.show", problemId: randomUUID() });
    expect(await interviewer.next("error")).toMatchObject({ code: "unknown-problem" });
    expect(candidate.all("problem")).toEqual([]);
  });
});

describe("a graded run", () => {
  async function submit(cases: "all" | "visible", documentId: string) {
    const runId = randomUUID();
    scene.candidate.send({ type: "run.start", runId, documentId, revision: 0, task: { kind: "graded", cases } });
    return { runId, run: await executor.take() };
  }
  const ended = (client: TestClient, runId: string) =>
    client.next("run", ({ run }) => run.runId === runId && run.state === "ended");

  it("[B4] meets the shown version's cases, with its limits, in a domain that is not its author's", async () => {
    const { run } = await submit("all", await show(scene.problem));
    const { task, limits, trustDomain } = run.job;
    expect(task).toMatchObject({
      kind: "graded",
      cases: content.cases,
      checker: content.checker,
      style: content.style,
    });
    expect(task).toMatchObject({ authorDomain: `problem:${scene.problem.problemId}` });
    expect(trustDomain).toBe(`session:${scene.sessionId}`);
    expect(limits.run).toEqual(content.limits);
    run.end("accepted");
  });

  it("[B3, B4] tells verdicts as they come, and candidates and observers nothing else of hidden cases", async () => {
    const { interviewer, candidate, observer, sessionId } = scene;
    const { runId, run } = await submit("all", await show(scene.problem));
    const broken = { exitCode: 9, signal: "SIGKILL", wallMs: 4711, cpuMs: 4711, memoryKib: 4711 } as const;
    await run.meet({ number: 1, visibility: "hidden", verdict: "wrong-answer", ...broken });
    const shown = { stdout: { text: "4", cut: false }, message: "Line 1" };
    await run.meet({ number: 2, visibility: "visible", verdict: "wrong-answer", ...shown });
    await candidate.next("run.cases", ({ cases }) => cases.some(({ number }) => number === 2));
    const late = await stack.join(sessionId, stack.guestToken(sessionId));
    await run.meet({ number: 3, visibility: "hidden", verdict: "accepted", ...broken });
    run.end("wrong-answer");
    const whole = (await ended(interviewer, runId)).run.result;
    expect(whole?.cases?.[0]).toMatchObject(broken);
    const nothing = { wallMs: null, cpuMs: null, memoryKib: null, exitCode: null, signal: null };
    const hidden = { number: 1, visibility: "hidden", verdict: "wrong-answer", ...nothing };
    for (const client of [candidate, observer]) {
      const result = (await ended(client, runId)).run.result;
      expect(client.all("run.cases").flatMap(({ cases }) => cases)[0]).toEqual(hidden);
      expect(result).toMatchObject({ outcome: "wrong-answer", wallMs: 7, memoryKib: 9_000, exitCode: null });
      expect(result?.cases?.[0]).toEqual(hidden);
      expect(result?.cases?.[1]).toMatchObject({ number: 2, stdout: shown.stdout });
      expect(result?.cases?.[1]).not.toHaveProperty("message"); // the author's checker said it
      expect(JSON.stringify(client.frames)).not.toContain("4711");
      expectNothingHidden(client);
    }
    expect(late.all("welcome")[0]?.run?.cases.map(({ number }) => number)).toEqual([1, 2]);
    expect(JSON.stringify(late.frames)).not.toContain("4711");
    await stack.restart();
    const back = await stack.join(sessionId, stack.guestToken(sessionId));
    expect(back.all("welcome")[0]?.run?.cases.map(({ verdict }) => verdict)).toHaveLength(3);
    expect(JSON.stringify(back.frames)).not.toContain("4711");
    expectNothingHidden(back);
  });

  it("[B4] of the visible cases alone calls them by the problem's numbers, and begins anew with its executor", async () => {
    const { candidate } = scene;
    const { runId, run } = await submit("visible", await show(scene.problem));
    expect(run.job.task).toMatchObject({ cases: [content.cases[1]] });
    await run.meet({ number: 1, visibility: "visible", verdict: "time-limit" });
    await candidate.next("run.cases", ({ cases }) => cases[0]?.verdict === "time-limit");
    await run.meet({ number: 1, visibility: "visible", verdict: "accepted" });
    const again = await candidate.next("run.cases", ({ cases }) => cases[0]?.verdict === "accepted");
    expect(again.cases.map(({ number }) => number)).toEqual([2]);
    run.end("accepted");
    await ended(candidate, runId);
  });

  it("is refused where no problem is shown", async () => {
    const { candidate, documentId } = scene;
    const task = { kind: "graded", cases: "all" } as const;
    candidate.send({ type: "run.start", runId: randomUUID(), documentId, revision: 0, task });
    expect(await candidate.next("error")).toMatchObject({ code: "unknown-problem" });
  });
});

describe("live input", () => {
  it("[R6] reaches the run in order, and only one that takes it", async () => {
    const { candidate, observer, documentId } = scene;
    const runId = randomUUID();
    const task = { kind: "free", input: { kind: "terminal", columns: 80, rows: 24 } } as const;
    candidate.send({ type: "run.start", runId, documentId, revision: 0, task });
    const run = await executor.take();
    expect(run.job.task).toMatchObject(task);
    const orders = [
      { type: "input", text: "a" },
      { type: "resize", columns: 100, rows: 30 },
      { type: "input", text: "é\u0003" },
      { type: "signal", signal: "SIGINT" },
      { type: "input-end" },
    ] as const;
    for (const order of orders) candidate.send({ type: "run.order", runId, order });
    observer.send({ type: "run.order", runId, order: { type: "stop" } });
    expect(await observer.next("error")).toMatchObject({ code: "not-allowed" });
    await candidate.settled();
    await expect.poll(() => run.orders()).toEqual(orders);
    run.end();
    await candidate.next("run", ({ run: changed }) => changed.runId === runId && changed.state === "ended");
    const given = randomUUID();
    const input = { kind: "given", text: "x" } as const;
    candidate.send({ type: "run.start", runId: given, documentId, revision: 0, task: { kind: "free", input } });
    const second = await executor.take();
    candidate.send({ type: "run.order", runId: given, order: { type: "input", text: "y" } });
    expect(await candidate.next("error")).toMatchObject({ code: "not-allowed", runId: given });
    second.end();
  });
});

describe("the company's problems", () => {
  it("are listed without their contents, kept whole, and changed by one at a time", async () => {
    const { owner, problem } = scene;
    expect(problem).toMatchObject({ version: 1, content, createdBy: { userId: owner.userId } });
    const list = await (await stack.request("/api/problems", { token: owner.token })).json();
    expect(JSON.stringify(list)).not.toContain(secret);
    const row = { problemId: problem.problemId, title: "Sum of two", style: "stdin", visibleCases: 1, hiddenCases: 2 };
    expect(list).toMatchObject({ problems: expect.arrayContaining([expect.objectContaining(row)]) });
    const path = `/api/problems/${problem.problemId}`;
    const change = { token: owner.token, method: "PATCH", body: { version: 1, content: { ...content, title: "New" } } };
    const answers = await Promise.all([stack.request(path, change), stack.request(path, change)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await (await stack.request(path, { token: owner.token })).json()).toMatchObject({
      version: 2,
      content: { title: "New" },
    });
    expect((await stack.request(path, { token: owner.token, method: "DELETE" })).status).toBe(200);
    expect((await stack.request(path, { token: owner.token })).status).toBe(404);
  });

  it("stay in every version, for the records of sessions that showed them", async () => {
    const { owner, problem } = scene;
    const path = `/api/problems/${problem.problemId}`;
    const change = { version: 1, content: { ...content, title: "New" } };
    await stack.request(path, { token: owner.token, method: "PATCH", body: change });
    await stack.request(path, { token: owner.token, method: "DELETE" });
    const titleOf = async (version: number | string) => {
      const answer = await stack.request(`${path}/versions/${version}`, { token: owner.token });
      return [answer.status, ((await answer.json()) as Partial<ProblemVersion>).content?.title];
    };
    expect(await titleOf(1)).toEqual([200, content.title]);
    expect(await titleOf(2)).toEqual([200, "New"]);
    expect(await titleOf(3)).toEqual([404, undefined]);
    expect(await titleOf("x")).toEqual([400, undefined]);
  });

  it("are not for guests", async () => {
    const token = stack.guestToken(scene.sessionId, { role: "interviewer" });
    const one = `/api/problems/${scene.problem.problemId}`;
    for (const path of ["/api/problems", one, `${one}/versions/1`])
      expect((await stack.request(path, { token })).status).toBe(403);
  });

  it.each<[string, Partial<ProblemContent>, string]>([
    ["NUL", { statement: "a\0b" }, "NUL"],
    ["half a character", { statement: "\ud800" }, "half a character"],
    ["no test case", { cases: [] }, "cases"],
    [
      "an empty checker",
      { checker: { kind: "program", program: { language: "python", files: [{ name: "a.py", content: " " }] } } },
      "empty",
    ],
    [
      "arguments that are none",
      {
        style: {
          kind: "function",
          signature: {
            name: "f",
            parameters: [{ name: "a", type: { kind: "scalar", of: "int" } }],
            returns: { kind: "scalar", of: "int" },
          },
        },
        cases: [{ visibility: "visible", input: "one\n", expected: "1" }],
      },
      "Test case 1",
    ],
  ])("with %s are refused in words", async (_what, changed, message) => {
    const body = { ...content, ...changed };
    const answer = await stack.request("/api/problems", { token: scene.owner.token, method: "POST", body });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain(message);
  });

  it("may have test cases of megabytes", async () => {
    const input = "x".repeat(1024 * 1024);
    const cases = Array.from({ length: 7 }, () => ({ visibility: "hidden" as const, input, expected: "y" }));
    expect((await make(scene.owner, { cases })).content.cases).toHaveLength(7);
    const tooMany = Array.from({ length: 9 }, () => ({ visibility: "hidden" as const, input, expected: "y" }));
    const body = { ...content, cases: tooMany };
    const answer = await stack.request("/api/problems", { token: scene.owner.token, method: "POST", body });
    expect(answer.status).toBe(413);
  });
});
