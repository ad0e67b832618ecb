import { randomUUID } from "node:crypto";
import { OutputChunk, runOutputKey } from "@greenroom/shared/jobs/run-stream.ts";
import { createTestRedis, type TestRedis } from "@greenroom/shared/testing/redis.ts";
import { Redis } from "ioredis";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RunOutput } from "./output.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await createTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

async function chunks(runId: string): Promise<OutputChunk[]> {
  const entries = await redis.xrange(runOutputKey(runId), "-", "+");
  return entries.map(([, fields]) => Value.Parse(OutputChunk, JSON.parse(fields[1] ?? "")));
}

it("sends the first piece at once and gathers those that follow closely", async () => {
  const runId = randomUUID();
  const output = await RunOutput.create({ redis, runId, again: false });
  for (let i = 0; i < 100; i++) output.write("stdout", Buffer.from(`${i} `));
  output.write("stderr", Buffer.from("no"));
  output.write("stdout", Buffer.from("end"));
  expect(await output.close()).toBe(4);
  const rest = `${Array.from({ length: 99 }, (_, i) => i + 1).join(" ")} `;
  expect(await chunks(runId)).toEqual([
    { number: 1, stream: "stdout", text: "0 " },
    { number: 2, stream: "stdout", text: rest },
    { number: 3, stream: "stderr", text: "no" },
    { number: 4, stream: "stdout", text: "end" },
  ]);
});

it("keeps the order of two streams that take turns for a while, and then sends each as a whole", async () => {
  const runId = randomUUID();
  const output = await RunOutput.create({ redis, runId, again: false });
  for (let n = 0; n < 20_000; n++) output.write(n % 2 ? "stderr" : "stdout", Buffer.from("x"));
  // Both streams each time something was sent, which was seldom.
  expect(await output.close()).toBeLessThan(5_000);
  const all = await chunks(runId);
  expect(all.slice(0, 100).map(({ stream }) => stream)).toEqual(
    Array.from({ length: 100 }, (_, n) => (n % 2 ? "stderr" : "stdout")),
  );
  for (const wanted of ["stdout", "stderr"]) {
    const text = all.flatMap(({ stream, text }) => (stream === wanted ? [text] : [])).join("");
    expect(text).toBe("x".repeat(10_000));
  }
});

it("joins characters that were cut, and keeps the streams' halves apart", async () => {
  const runId = randomUUID();
  const output = await RunOutput.create({ redis, runId, again: false });
  const fox = Buffer.from("🦊");
  output.write("stdout", fox.subarray(0, 2));
  output.write("stderr", Buffer.from([0xe2, 0x82]));
  output.write("stdout", fox.subarray(2));
  output.write("stderr", Buffer.from([0xac, 0xff]));
  output.endSource("stdout");
  await output.close();
  const all = await chunks(runId);
  expect(all.map(({ stream, text }) => [stream, text])).toEqual([
    ["stdout", "🦊"],
    ["stderr", "€\ufffd"],
  ]);
});

it("cuts long output into chunks, and no character in two", async () => {
  const runId = randomUUID();
  const output = await RunOutput.create({ redis, runId, again: false });
  const text = `x${"🦊".repeat(50_000)}`;
  output.write("stdout", Buffer.from(text));
  expect(await output.close()).toBe(4);
  const all = await chunks(runId);
  expect(all.map((chunk) => chunk.text).join("") === text).toBe(true);
  for (const chunk of all) expect(chunk.text.isWellFormed()).toBe(true);
});

it("begins again at 1 with an empty stream when the run was taken up before, after whatever a reader has seen", async () => {
  const runId = randomUUID();
  const first = await RunOutput.create({ redis, runId, again: false });
  first.write("stdout", Buffer.from("one"));
  await first.close();
  const [seen] = (await redis.xrange(runOutputKey(runId), "-", "+")).at(-1) ?? [];
  const second = await RunOutput.create({ redis, runId, again: true });
  second.write("stdout", Buffer.from("two"));
  await second.close();
  expect(await redis.xrange(runOutputKey(runId), `(${seen}`, "+")).toHaveLength(1);
  expect(await chunks(runId)).toEqual([{ number: 1, stream: "stdout", text: "two" }]);
});

it("sends nothing any more once it was abandoned", async () => {
  const runId = randomUUID();
  const output = await RunOutput.create({ redis, runId, again: false });
  output.write("stdout", Buffer.from("one"));
  output.write("stdout", Buffer.from("gathered"));
  output.abandon();
  output.write("stdout", Buffer.from("late"));
  await output.close();
  expect((await chunks(runId)).map((chunk) => chunk.text)).toEqual(["one"]);
});
