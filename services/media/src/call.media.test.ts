import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestStack } from "./testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => await stack.close());

it("[V5] what one sends comes to the other as a paused consumer, and flows once its side is there", async () => {
  const sessionId = randomUUID();
  const ada = await stack.join(sessionId);
  const bo = await stack.join(sessionId);
  const camera = await ada.produce("camera");
  const consumer = await bo.next("consumer");
  expect(consumer).toMatchObject({ participantId: ada.participantId, producerId: camera.id, source: "camera" });
  await bo.consume(consumer);
  expect(await bo.next("peer", ({ peer }) => peer.tracks.length > 0)).toMatchObject({
    peer: { participantId: ada.participantId, tracks: [{ producerId: camera.id, source: "camera", paused: false }] },
  });
});
