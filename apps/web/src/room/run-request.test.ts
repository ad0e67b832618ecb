import type { RunTask } from "@greenroom/shared/protocol/run.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { describe, expect, it } from "vitest";
import { DocumentClient } from "../document/document-client.ts";
import { ReferenceServer } from "../document/reference-server.ts";
import { newId } from "./new-id.ts";
import { RunRequest } from "./run-request.ts";

const given = (text: string): RunTask => ({ kind: "free", input: { kind: "given", text } });
const documentId = "00000000-0000-4000-8000-000000000000";

function page() {
  const server = new ReferenceServer(documentId, "");
  const up: UpFrame[] = [];
  const sent: UpFrame[] = [];
  const states: (string | undefined)[] = [];
  const others = { isUnsaved: false };
  const request = new RunRequest({
    send: (frame) => sent.push(frame) > 0,
    areOthersSaved: () => !others.isUnsaved,
    onState: (state) => states.push(state),
    onGivenUp: () => states.push("given up"),
  });
  const client = new DocumentClient({
    documentId,
    newId,
    send: (frame) => up.push(frame),
    after: () => {},
    onRemote: () => {},
    onState: () => request.documentChanged(),
  });
  client.connected();
  client.receive(server.open(null));
  const acknowledge = () => {
    const frame = up.at(-1);
    if (frame?.type === "operation") client.receive(server.submit(frame).answer);
  };
  return { client, request, sent, states, acknowledge, others };
}

describe("a click on Run", () => {
  it("waits until the text is saved, and runs what was saved", () => {
    const { client, request, sent, states, acknowledge } = page();
    client.local(["print(1)"]);
    request.start(client, given("input"));
    expect(sent).toEqual([]);
    acknowledge();
    expect(sent).toMatchObject([{ type: "run.start", documentId, revision: 1, task: given("input") }]);
    expect(states).toEqual(["saving", "sent"]);
    request.close();
  });

  it("[F5] waits for the other files of the project, too", () => {
    const { client, request, sent, others } = page();
    others.isUnsaved = true;
    request.start(client, given(""));
    expect(sent).toEqual([]);
    others.isUnsaved = false;
    request.documentChanged();
    expect(sent).toHaveLength(1);
    request.close();
  });

  it("[R1] is sent again under the same id after a reconnect, until it is answered", () => {
    const { client, request, sent, states } = page();
    request.start(client, given(""));
    request.connected();
    const [first, second] = sent;
    expect(second).toEqual(first);
    if (first?.type === "run.start") request.answered(first.runId);
    request.connected();
    expect(sent).toHaveLength(2);
    expect(states.at(-1)).toBeUndefined();
  });

  it("is one run, however often it is clicked", () => {
    const { client, request, sent } = page();
    request.start(client, given(""));
    request.start(client, given(""));
    expect(sent).toHaveLength(1);
    request.close();
  });

  it("can be taken back while it waits", () => {
    const { client, request, sent, acknowledge } = page();
    client.local(["x"]);
    request.start(client, given(""));
    expect(request.cancel()).toBe(true);
    acknowledge();
    expect(sent).toEqual([]);
  });
});
