import { randomUUID } from "node:crypto";
import { maxFilesInProject } from "@greenroom/shared/protocol/file.ts";
import { givenInput } from "@greenroom/shared/protocol/run.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ExecutorPeer } from "@greenroom/shared/testing/executor-peer.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
let executor: ExecutorPeer;
beforeAll(async () => {
  stack = await TestStack.create({ ROOM_SEATS: 10 });
  executor = new ExecutorPeer(stack.redisUrl);
  await executor.announce();
});
afterAll(async () => {
  await executor.close();
  await stack.close();
});

async function open() {
  const { sessionId, owner } = await stack.createSession();
  const { client, documentId: entry } = await stack.edit(sessionId, owner.token);
  const guest = await stack.join(sessionId, stack.guestToken(sessionId));
  return { sessionId, owner, client, guest, entry };
}

it("[F1, F3, F4] files are added, written in, renamed and deleted, and everybody has the list", async () => {
  const { sessionId, owner, client, guest, entry } = await open();
  expect(client.all("welcome")[0]?.session.documents).toEqual([{ documentId: entry, path: "main.py" }]);
  const documentId = randomUUID();
  const add = { type: "file.add", documentId, path: "lib/util.py", text: "x = 1\r\n" } as const;
  guest.send(add);
  guest.send(add); // sent again, it is the same file
  const added = await client.next("files");
  expect(added).toMatchObject({ documentId: entry });
  expect(added.documents).toEqual([
    { documentId: entry, path: "main.py" },
    { documentId, path: "lib/util.py" },
  ]);
  expect((await client.openDocument(documentId)).text).toBe("x = 1\n");
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["# "] });
  client.send({ type: "file.rename", documentId, path: "a.py" });
  expect((await guest.next("files", ({ documents }) => documents[1]?.path === "a.py")).documents).toHaveLength(2);
  const late = await stack.join(sessionId, owner.token);
  expect(late.all("welcome")[0]?.session.documents[1]).toEqual({ documentId, path: "a.py" });
  client.send({ type: "file.delete", documentId });
  expect((await guest.next("files", ({ documents }) => documents.length === 1)).documents[0]?.documentId).toBe(entry);
  client.sendOperation({ documentId, seq: 2, revision: 1, operation: ["lost"] });
  expect(await client.next("operation.refused")).toMatchObject({ code: "unknown-document" });
  await guest.settled();
  expect(guest.all("error")).toEqual([]);
  client.send({ type: "file.add", documentId: randomUUID(), path: "a.py", text: "" }); // its place is free again
  await guest.next("files", ({ documents }) => documents[1]?.path === "a.py");
});

it("[F2] a path that no executor would take, or that is taken, is refused", async () => {
  const { client, guest, entry } = await open();
  const documentId = randomUUID();
  client.send({ type: "file.add", documentId, path: "lib/util.py", text: "" });
  await guest.next("files");
  const refused = async (path: string) => {
    client.send({ type: "file.add", documentId: randomUUID(), path, text: "" });
    return (await client.next("error")).code;
  };
  expect(await refused("../x.py")).toBe("bad-path");
  expect(await refused("main.py")).toBe("path-taken");
  expect(await refused("lib")).toBe("path-taken");
  expect(await refused("lib/util.py/x")).toBe("path-taken");
  client.send({ type: "file.rename", documentId, path: "main.py" });
  expect(await client.next("error")).toMatchObject({ code: "path-taken", documentId });
  client.send({ type: "file.add", documentId, path: "other.py", text: "" });
  expect(await client.next("error")).toMatchObject({ code: "document-taken" });
  for (const type of ["file.rename", "file.delete"] as const) {
    client.send(type === "file.delete" ? { type, documentId: entry } : { type, documentId: entry, path: "x.py" });
    expect(await client.next("error")).toMatchObject({ code: "entry-file", documentId: entry });
  }
});

it("[F1] another session's document is not taken over, and observers change no files", async () => {
  const one = await open();
  const other = await open();
  one.client.send({ type: "file.add", documentId: other.entry, path: "x.py", text: "" });
  expect(await one.client.next("error")).toMatchObject({ code: "document-taken" });
  one.client.send({ type: "file.delete", documentId: other.entry });
  expect(await one.client.next("error")).toMatchObject({ code: "unknown-document" });
  const observer = await stack.join(one.sessionId, stack.guestToken(one.sessionId, { role: "observer" }));
  observer.send({ type: "file.add", documentId: randomUUID(), path: "x.py", text: "" });
  expect(await observer.next("error")).toMatchObject({ code: "not-allowed" });
});

it("[F1] a project has a largest number of files", { timeout: 40_000 }, async () => {
  const { sessionId, client, guest } = await open();
  const writers = [client, guest, await stack.join(sessionId, stack.guestToken(sessionId))];
  for (let count = 1; count < maxFilesInProject; count++)
    writers[count % 3]!.send({ type: "file.add", documentId: randomUUID(), path: `${count}.py`, text: "" });
  await guest.next("files", ({ documents }) => documents.length === maxFilesInProject);
  client.send({ type: "file.add", documentId: randomUUID(), path: "one more.py", text: "" });
  expect(await client.next("error")).toMatchObject({ code: "too-many-files" });
});

it("[F5] a run takes all files of the project, the entry first, whichever it was started from", async () => {
  const { client, guest, entry } = await open();
  const documentId = randomUUID();
  client.send({ type: "file.add", documentId, path: "a/util.py", text: "x = 1\n" });
  await guest.next("files");
  await client.openDocument(documentId);
  await client.commit({ documentId, seq: 1, revision: 0, operation: ["# "] });
  if (!client.all("welcome")[0]?.runs.available)
    await client.next("run.availability", ({ availability }) => availability.available);
  client.send({ type: "run.start", runId: randomUUID(), documentId, revision: 1, task: givenInput("") });
  const run = await executor.take();
  const { text } = await client.openDocument(entry);
  expect(run.job.program.files).toEqual([
    { name: "main.py", content: text },
    { name: "a/util.py", content: "# x = 1\n" },
  ]);
  run.end();
  const ended = await guest.next("run", (frame) => frame.run.state === "ended");
  expect(ended.run).toMatchObject({ documentId: entry, revision: 0 });
});
