import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runsAtOnce } from "../testing/start-judge.ts";
import { Caller, freeRun, TestGround, type TestJudge } from "../testing/start-judge.ts";

let ground: TestGround;
let judge: TestJudge;
let caller: Caller;

beforeAll(async () => {
  ground = await TestGround.create();
  judge = await ground.startJudge();
  caller = new Caller(judge, ground.auth.addKey().secret);
});
afterAll(() => ground.close());

interface Event {
  readonly event: string;
  readonly id?: string;
  readonly data: Record<string, unknown>;
}

/** Listens to a run until the stream ends. */
class Listener {
  readonly events: Event[] = [];
  comments = 0;
  readonly ended: Promise<void>;
  readonly #gone = new AbortController();

  constructor(runId: string, options: { after?: string; by?: Caller } = {}) {
    this.ended = this.#read(options.by ?? caller, runId, options.after);
  }

  leave(): void {
    this.#gone.abort();
  }

  async #read(by: Caller, runId: string, after: string | undefined): Promise<void> {
    const headers = after === undefined ? {} : { "last-event-id": after };
    const answer = await by.send("GET", `/api/runs/${runId}/events`, { headers, signal: this.#gone.signal });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    let rest = "";
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + part).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    if (block.startsWith(":")) {
      this.comments += 1;
      return;
    }
    const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
    this.events.push({ ...fields, data: JSON.parse(fields["data"] ?? "null") } as unknown as Event);
  }
}

it("tells what a run does while it does it: where it waits, its output, its cases, and last its end", async () => {
  const blockers = [];
  for (let blocker = 0; blocker < runsAtOnce; blocker++) {
    await caller.run(freeRun("blocker"));
    blockers.push(await ground.executor.take());
  }
  const { runId } = await caller.run(freeRun("1"));
  const listener = new Listener(runId);
  await until("it waits", () => listener.events.length === 1);
  for (const blocker of blockers) blocker.end();
  const run = await ground.executor.take();
  await run.write("one\n");
  await until("the output is told", () => listener.events.some(({ event }) => event === "output"));
  const figures = { wallMs: 1, cpuMs: 1, memoryKib: 1, exitCode: 0, signal: null };
  await run.meet({ number: 1, visibility: "hidden", verdict: "accepted", ...figures });
  await run.write("two\n", { stream: "stderr" });
  run.end();
  await listener.ended;
  expect(listener.events).toMatchObject([
    { event: "state", data: { state: "queued", position: 0 } },
    { event: "state", data: { state: "running", position: null } },
    { event: "output", data: { number: 1, stream: "stdout", text: "one\n" } },
    { event: "case", data: { number: 1, verdict: "accepted" } },
    { event: "output", data: { number: 2, stream: "stderr", text: "two\n" } },
    { event: "end", data: { runId, state: "ended", result: { outcome: "exited" } } },
  ]);
});

it("resumes after the event that a listener heard last, also at another judge", async () => {
  const other = await ground.startJudge();
  const key = ground.auth.addKey().secret;
  const { runId } = await new Caller(judge, key).run(freeRun("1"));
  const run = await ground.executor.take();
  for (let number = 1; number <= 5; number++) await run.write(`${number}\n`);
  const first = new Listener(runId, { by: new Caller(judge, key) });
  await until("three are heard", () => first.events.filter(({ event }) => event === "output").length >= 3);
  const heard = first.events.filter(({ event }) => event === "output");
  first.leave();
  await first.ended.catch(() => undefined);
  const second = new Listener(runId, { by: new Caller(other, key), after: heard[2]?.id ?? "" });
  await until("it is heard", () => second.events.length > 1);
  run.end();
  await second.ended;
  const numbers = second.events.flatMap(({ event, data }) => (event === "output" ? [data["number"]] : []));
  expect(numbers).toEqual([4, 5]);
  expect(second.events.at(-1)).toMatchObject({
    event: "end",
    data: { output: { stdout: { text: "1\n2\n3\n4\n5\n" } } },
  });
});

it("tells the end alone of a run that has ended, and takes a senseless Last-Event-ID for none", async () => {
  const { runId } = await caller.run(freeRun("1"));
  const run = await ground.executor.take();
  await run.write("x");
  const senseless = new Listener(runId, { after: "'; flushall" });
  run.end();
  await senseless.ended;
  expect(senseless.events.map(({ event }) => event)).toEqual(["state", "output", "end"]);
  await until("it is stored", async () => {
    const late = new Listener(runId);
    await late.ended;
    return late.events.length === 1 && late.events[0]?.event === "end";
  });
});

it("says something now and then while nothing happens, and reads no further ahead than a listener takes", async () => {
  const { runId } = await caller.run(freeRun("1"));
  const run = await ground.executor.take();
  const quiet = new Listener(runId);
  await until("a comment came", () => quiet.comments > 0, { withinMs: 15_000 });
  // Somebody who reads nothing.
  const slow = await caller.send("GET", `/api/runs/${runId}/events`);
  const chunk = "x".repeat(32 * 1024);
  for (let number = 0; number < 600; number++) await run.write(chunk);
  run.end();
  await quiet.ended;
  expect(quiet.events.filter(({ event }) => event === "output")).toHaveLength(600);
  expect((await caller.call("GET", "/api/languages")).status).toBe(200);
  await slow.body?.cancel();
}, 40_000);

it("lets one key listen so often at once, and others still", async () => {
  const other = new Caller(judge, ground.auth.addKey().secret);
  const [mine, theirs] = [await caller.run(freeRun("1")), await other.run(freeRun("2"))];
  const runs = [await ground.executor.take(), await ground.executor.take()];
  const gone = new AbortController();
  const listen = (by: Caller, runId: string) => by.send("GET", `/api/runs/${runId}/events`, { signal: gone.signal });
  const answers = await Promise.all(Array.from({ length: 110 }, () => listen(caller, mine.runId)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(10);
  expect(await refused[0]?.json()).toMatchObject({ code: "rate-limited" });
  expect((await listen(other, theirs.runId)).status).toBe(200);
  gone.abort();
  for (const run of runs) run.end();
  await until("they are heard to be gone", async () => {
    const again = new AbortController();
    const { status } = await caller.send("GET", `/api/runs/${mine.runId}/events`, { signal: again.signal });
    again.abort();
    return status === 200;
  });
});
