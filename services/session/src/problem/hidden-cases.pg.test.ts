import { randomUUID } from "node:crypto";
import { maxCaseText, type Style, type Checker } from "@greenroom/shared/jobs/grading.ts";
import { defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { CaseResult, Receipt } from "@greenroom/shared/jobs/run-result.ts";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import type { Problem, ProblemContent } from "@greenroom/shared/problem/problem.ts";
import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { ExecutorPeer, type PlayedRun } from "@greenroom/shared/testing/executor-peer.ts";
import type { TestClient } from "../testing/test-client.ts";
import { TestStack, type TestUser } from "../testing/test-stack.ts";

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

/** What no candidate may be told: texts of which no piece may show, and numbers of which none may be a figure. */
interface Secrets {
  readonly texts: string[];
  readonly numbers: Set<number>;
}

/** Letters that nothing else is made of, so that no piece of them is anywhere by chance. */
const alphabet = [..."ДЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯ"];
const pieceLength = 4;

class Author {
  readonly secrets: Secrets = { texts: [], numbers: new Set() };
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** So long a text that its length tells it apart from every other number in a frame. */
  text(length = 40 + Math.floor(this.#random() * 200)): string {
    const text = Array.from({ length }, () => alphabet[Math.floor(this.#random() * alphabet.length)]).join("");
    this.secrets.texts.push(text);
    return text;
  }

  /** A figure of a hidden case. */
  number(): number {
    const number = 4_000_000 + Math.floor(this.#random() * 1_000_000_000);
    this.secrets.numbers.add(number);
    return number;
  }

  /** A text of which the length, in characters and in bytes, is a secret, too. */
  longText(): string {
    const text = this.text(21_000 + Math.floor(this.#random() * 8_000));
    this.secrets.numbers.add(text.length).add(Buffer.byteLength(text));
    return text;
  }

  problem(style: Style, checker: Checker, order: readonly ("visible" | "hidden")[]): ProblemContent {
    const cases = order.map((visibility, index) => {
      if (visibility === "visible") return { visibility, input: `${index} 2\n`, expected: `${index + 2}\n` };
      return { visibility, input: `${this.longText()}\n`, expected: `${this.longText()}\n` };
    });
    const limits = { ...defaultRunLimits, cpuMs: 1_000 };
    return { title: "Sum", statement: "Add.", style, checker, cases, starters: [], limits };
  }

  /** A case's result as the worst executor would tell it: of a hidden one, everything. */
  result(number: number, content: ProblemContent, byAuthor: boolean): CaseResult {
    const one = content.cases[number - 1];
    if (!one) throw new Error("There is no such case.");
    const verdicts = ["accepted", "wrong-answer", "runtime-error", "internal-error"] as const;
    const verdict = verdicts[Math.floor(this.#random() * verdicts.length)] ?? "accepted";
    const excerpt = (text: string) => ({ text: text.slice(0, 16_000), cut: true });
    if (one.visibility === "visible") {
      const message = byAuthor ? `Traceback: ${this.text()}` : "Line 1: 5 instead of 3";
      const stdout = { text: "5\n", cut: false };
      return { number, visibility: "visible", verdict, ...figures(() => number), stdout, message };
    }
    const told = { stdout: excerpt(one.expected), stderr: excerpt(one.input), message: this.text() };
    return { number, visibility: "hidden", verdict, ...figures(() => this.number()), ...told };
  }

  receipt(): Receipt {
    return {
      at: Date.now(),
      language: "python",
      languageVersion: this.text(),
      image: this.text(),
      runtime: "runc",
      limits: { compile: defaultRunLimits, run: defaultRunLimits },
      sourceHash: this.text(),
      taskHash: this.text(),
      seed: 1,
    };
  }
}

const figures = (one: () => number) => ({
  wallMs: one(),
  cpuMs: one(),
  memoryKib: one(),
  exitCode: one(),
  signal: null,
});

/** Every piece of every secret text, as it stands and as it may be written down otherwise. */
function piecesOf({ texts }: Secrets): Set<string> {
  const pieces = new Set<string>();
  for (const text of texts)
    for (let at = 0; at + pieceLength <= text.length; at++) pieces.add(text.slice(at, at + pieceLength));
  return pieces;
}

function expectNothingOf(secrets: Secrets, told: unknown, where: string): void {
  const pieces = piecesOf(secrets);
  const encoded = secrets.texts.flatMap((text) => [
    Buffer.from(text).toString("base64").slice(0, 24),
    Buffer.from(text).toString("hex").slice(0, 24),
    encodeURIComponent(text).slice(0, 24),
  ]);
  const look = (value: unknown): void => {
    if (typeof value === "string") {
      for (let at = 0; at + pieceLength <= value.length; at++)
        if (pieces.has(value.slice(at, at + pieceLength)))
          throw new Error(`${where} quotes: ${value.slice(at, at + 60)}`);
      const found = encoded.find((text) => value.includes(text));
      if (found !== undefined) throw new Error(`${where} quotes: ${found}`);
    } else if (typeof value === "number") {
      if (secrets.numbers.has(value) || secrets.numbers.has(value - 1)) throw new Error(`${where} tells ${value}`);
    } else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) look(inner);
  };
  look(told);
}

interface Scene {
  readonly sessionId: string;
  readonly owner: TestUser;
  readonly interviewer: TestClient;
  readonly candidate: TestClient;
  readonly observer: TestClient;
  readonly candidateToken: string;
  readonly problem: Problem;
  readonly documentId: string;
}

async function open(content: ProblemContent): Promise<Scene> {
  const { sessionId, owner } = await stack.createSession();
  const { client: interviewer } = await stack.edit(sessionId, owner.token);
  const candidateToken = stack.guestToken(sessionId);
  const candidate = await stack.join(sessionId, candidateToken);
  const observer = await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" }));
  const welcome = interviewer.all("welcome")[0];
  if (!welcome?.runs.available) await interviewer.next("run.availability", (frame) => frame.availability.available);
  const answer = await stack.request("/api/problems", { token: owner.token, method: "POST", body: content });
  expect(answer.status).toBe(200);
  const problem = (await answer.json()) as Problem; // the route's response
  const shown = candidate.next("problem");
  interviewer.send({ type: "problem.show", problemId: problem.problemId });
  const { documentId } = await shown;
  await candidate.openDocument(documentId);
  return { sessionId, owner, interviewer, candidate, observer, candidateToken, problem, documentId };
}

async function submit({ candidate, documentId }: Scene, cases: "all" | "visible"): Promise<PlayedRun> {
  const runId = randomUUID();
  candidate.send({ type: "run.start", runId, documentId, revision: 0, task: { kind: "graded", cases } });
  return await executor.take();
}

async function end(scene: Scene, run: PlayedRun, ...how: Parameters<PlayedRun["end"]>): Promise<void> {
  run.end(...how);
  const { runId } = run.job;
  for (const client of [scene.interviewer, scene.candidate, scene.observer])
    await client.next("run", (frame) => frame.run.runId === runId && frame.run.state === "ended");
  const state = async () =>
    (await stack.db.query<{ state: string }>("select state from run where id = $1", [runId])).rows[0]?.state;
  await eventually(state).toBe("ended");
}

/** Everything a candidate can ask for, over HTTP and by frames that are refused. */
async function pry({ sessionId, candidate, candidateToken, problem, documentId }: Scene, runId: string) {
  const answers: string[] = [];
  for (const path of [
    "/api/problems",
    `/api/problems/${problem.problemId}`,
    `/api/problems/${problem.problemId}/versions/1`,
    "/api/sessions",
    `/api/sessions/${sessionId}`,
    `/api/sessions/${sessionId}/runs/${runId}`,
    `/api/sessions/${sessionId}/invites`,
  ]) {
    const answer = await stack.request(path, { token: candidateToken });
    expect([401, 403, 404]).toContain(answer.status);
    answers.push(await answer.text());
  }
  candidate.send({ type: "problem.show", problemId: problem.problemId });
  candidate.send({ type: "run.order", runId, order: { type: "input", text: "x" } });
  candidate.send({ type: "run.order", runId: randomUUID(), order: { type: "stop" } });
  candidate.send({ type: "run.start", runId: randomUUID(), documentId, revision: 999, task: givenInput("") });
  candidate.send({ type: "document.open", documentId: problem.problemId, since: null });
  candidate.socket.send(JSON.stringify({ type: "problem.show", problemId: problem.problemId, sight: "everything" }));
  candidate.socket.send(JSON.stringify({ type: "run.start", task: { kind: "graded", cases: "hidden" } }));
  await candidate.settled();
  return answers;
}

const program = (author: Author) => ({
  language: "python" as const,
  files: [{ name: "author.py", content: `# ${author.text()}\nraise SystemExit(42)` }],
});

type Kind = "tokens" | "checker program" | "interactor";
const kinds: readonly Kind[] = ["tokens", "checker program", "interactor"];

function contentOf(kind: Kind, author: Author, order: readonly ("visible" | "hidden")[]): ProblemContent {
  const style: Style = kind === "interactor" ? { kind: "interactive", interactor: program(author) } : { kind: "stdin" };
  const checker: Checker =
    kind === "checker program" ? { kind: "program", program: program(author) } : { kind: "tokens" };
  return author.problem(style, checker, order);
}

describe.each(kinds)("of hidden cases met by %s, candidates and observers", (kind) => {
  it.each([1, 2, 3])("[B3, B4] are told nothing but verdicts, whatever the executor says (seed %i)", async (seed) => {
    const author = new Author(seed * 7_919 + kinds.indexOf(kind));
    const byAuthor = kind !== "tokens";
    const orders = [
      ["hidden", "visible", "hidden"],
      ["visible", "hidden", "visible", "hidden"],
      ["hidden", "hidden"],
    ] as const;
    const content = contentOf(kind, author, orders[seed % orders.length] ?? orders[0]);
    const scene = await open(content);
    const { sessionId, interviewer, candidate, observer } = scene;
    const blind = [candidate, observer];
    const join = async () => {
      blind.push(await stack.join(sessionId, stack.guestToken(sessionId, { role: "observer" })));
      blind.push(await stack.join(sessionId, scene.candidateToken));
    };

    const run = await submit(scene, "all");
    await run.write("warning: unused variable\n", { stream: "compile" });
    await run.write(author.text(), { stream: "stdout" });
    await run.write(author.text(), { stream: "stderr" });
    for (const index of content.cases.keys()) {
      await run.meet(author.result(index + 1, content, byAuthor));
      if (index === 0) await join();
    }
    const answers = await pry(scene, run.job.runId);
    await end(scene, run, "wrong-answer", { ...figures(() => author.number()), receipt: author.receipt() });
    await join();
    answers.push(...(await pry(scene, run.job.runId)));

    // One that was stopped in the middle, and one of which no case was met: the compiler failed.
    const stopped = await submit(scene, "all");
    await stopped.meet(author.result(1, content, byAuthor));
    await end(scene, stopped, "stopped", { ...figures(() => author.number()), receipt: author.receipt() });
    const broken = await submit(scene, "all");
    await end(scene, broken, "compile-error", { cases: [], receipt: author.receipt(), memoryKib: null, wallMs: null });
    await stack.restart();
    blind.push(await stack.join(sessionId, stack.guestToken(sessionId)));

    for (const [index, client] of blind.entries()) expectNothingOf(author.secrets, client.frames, `Socket ${index}`);
    expectNothingOf(author.secrets, answers, "An answer");
    const words = blind.flatMap((client) => client.all("run.output")).flatMap(({ chunks }) => chunks);
    expect(words.map(({ text }) => text)).toContain("warning: unused variable\n");
    // The same is told to interviewers, so it was there to be told.
    expect(() => expectNothingOf(author.secrets, interviewer.frames, "Here")).toThrow();
  });
});

describe("what an author's program says of a visible case", () => {
  const visible = async (kind: Kind) => {
    const author = new Author(4_711);
    const content = contentOf(kind, author, ["visible", "hidden"]);
    const scene = await open(content);
    const run = await submit(scene, "visible");
    const words = "Traceback: File check.py, line 3: assert answers['secret'] == got";
    await run.meet({ number: 1, visibility: "visible", verdict: "internal-error", message: words });
    await end(scene, run, "internal-error", { errorCode: "checker-failed" });
    const late = await stack.join(scene.sessionId, stack.guestToken(scene.sessionId));
    return { ...scene, late, words, runId: run.job.runId };
  };

  it.each(["checker program", "interactor"] as const)("(%s) is for interviewers and the record alone", async (kind) => {
    const { interviewer, candidate, observer, late, words, sessionId, owner, candidateToken, runId } =
      await visible(kind);
    expect(JSON.stringify(interviewer.frames)).toContain("answers['secret']");
    for (const client of [candidate, observer, late]) {
      expect(JSON.stringify(client.frames)).not.toContain("Traceback");
      expect(client.all("welcome").at(-1)?.problem?.cases[0]?.input ?? "0 2\n").toBe("0 2\n");
    }
    const path = `/api/sessions/${sessionId}/runs/${runId}`;
    expect(JSON.stringify(await (await stack.request(path, { token: owner.token })).json())).toContain(
      words.slice(0, 20),
    );
    expect((await stack.request(path, { token: candidateToken })).status).toBe(403);
    expect((await stack.request(`/api/sessions/${sessionId}`, { token: candidateToken })).status).toBe(403);
  });

  it("is no secret where a checker of ours says it", async () => {
    const { candidate, late } = await visible("tokens");
    for (const client of [candidate, late]) expect(JSON.stringify(client.frames)).toContain("Traceback");
  });
});

it("may be as long as a case can be", async () => {
  const author = new Author(5);
  const content = contentOf("tokens", author, ["hidden", "visible"]);
  const [hidden] = content.cases;
  if (!hidden) throw new Error("There is no case.");
  hidden.input = `${author.text(maxCaseText - 1)}\n`;
  const scene = await open(content);
  expect(JSON.stringify(scene.candidate.frames).length).toBeLessThan(20_000);
  expect(JSON.stringify(scene.interviewer.frames).length).toBeGreaterThan(maxCaseText);
});
