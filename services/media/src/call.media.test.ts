import { randomUUID } from "node:crypto";
import { sessionChangedChannel } from "@greenroom/shared/events/session-changed.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestStack } from "./testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => await stack.close());

/** The other end of a call: what the service has for a participant. */
function peerOf(sessionId: string, participantId: string) {
  const peer = stack.app.rooms.find(sessionId)?.find(participantId);
  if (!peer) throw new Error("There is no such peer.");
  return peer;
}

it("[V5] what one sends comes to the other as a paused consumer, and flows once its side is there", async () => {
  const sessionId = randomUUID();
  const ada = await stack.join(sessionId);
  const bo = await stack.join(sessionId);
  const camera = await ada.produce("camera");
  const news = await bo.next("consumer");
  expect(news).toMatchObject({ participantId: ada.participantId, producerId: camera.id, source: "camera" });
  expect(await bo.next("peer", ({ peer }) => peer.tracks.length > 0)).toMatchObject({
    peer: { participantId: ada.participantId, tracks: [{ producerId: camera.id, source: "camera", paused: false }] },
  });
  const consumer = peerOf(sessionId, bo.participantId).ownConsumer(news.consumerId);
  expect([consumer.type, consumer.paused]).toEqual(["simulcast", true]);
  await bo.consume(news);
  expect(consumer.paused).toBe(false);
  await bo.ask({ type: "consumer.pause", consumerId: news.consumerId });
  expect(consumer.paused).toBe(true);
  expect(ada.all("consumer")).toEqual([]);
});

it("[V5] whoever comes late gets all that is sent, and everybody hears who comes, stops and leaves", async () => {
  const sessionId = randomUUID();
  const ada = await stack.join(sessionId);
  const [microphone, camera] = [await ada.produce("microphone"), await ada.produce("camera")];
  await ada.ask({ type: "producer.pause", producerId: camera.id });
  const late = await stack.open(sessionId);
  const { peers } = await late.join();
  expect(peers).toEqual([
    {
      participantId: ada.participantId,
      role: "candidate",
      tracks: [
        { producerId: microphone.id, source: "microphone", paused: false },
        { producerId: camera.id, source: "camera", paused: true },
      ],
    },
  ]);
  const shown = await until("both tracks came", () => late.all("consumer").length === 2 && late.all("consumer"));
  expect(shown.map(({ producerId }) => producerId).sort()).toEqual([microphone.id, camera.id].sort());
  await ada.ask({ type: "producer.close", producerId: microphone.id });
  await ada.ask({ type: "producer.close", producerId: microphone.id });
  const consumerId = shown.find(({ producerId }) => producerId === microphone.id)?.consumerId;
  expect(await late.next("consumer.closed")).toEqual({ type: "consumer.closed", consumerId });
  ada.terminate();
  expect(await late.next("peer.left")).toMatchObject({ participantId: ada.participantId });
});

it("[V4] interviewers and candidates send one of each, observers nothing", async () => {
  const sessionId = randomUUID();
  const observer = await stack.open(sessionId, { role: "observer" });
  expect((await observer.join()).maySend).toEqual([]);
  expect(await observer.refused({ type: "transport.create", direction: "send" })).toBe("not-allowed");
  const transportId = observer.receive!.id;
  const ada = await stack.join(sessionId, { role: "interviewer" });
  const microphone = await ada.produce("microphone");
  const { rtpParameters: sound } = microphone;
  const rtpParameters = { ...sound };
  expect(await observer.refused({ type: "produce", transportId, source: "microphone", rtpParameters })).toBe(
    "not-allowed",
  );
  const send = { type: "produce", transportId: ada.send!.id } as const;
  expect(await ada.refused({ ...send, source: "microphone", rtpParameters })).toBe("out-of-order");
  expect(await ada.refused({ ...send, source: "camera", rtpParameters })).toBe("bad-parameters");
  const { rtpParameters: layered } = await ada.produce("camera");
  expect(layered.encodings).toHaveLength(3);
  expect(await ada.refused({ ...send, source: "screen", rtpParameters: { ...layered } })).toBe("bad-parameters");
  await ada.produce("screen");
  await ada.produce("screen-audio");
  const received = { transportId: ada.receive!.id, source: "screen-audio" } as const;
  expect(await ada.refused({ ...send, ...received, rtpParameters })).toBe("out-of-order");
  expect(await ada.refused({ type: "transport.create", direction: "send" })).toBe("out-of-order");
  expect(peerOf(sessionId, ada.participantId).describe().tracks).toHaveLength(4);
});

it("[V6] a viewer's size chooses the layer at the most, for that viewer alone", async () => {
  const sessionId = randomUUID();
  const [ada, bo, eve] = [await stack.join(sessionId), await stack.join(sessionId), await stack.join(sessionId)];
  await ada.produce("camera");
  const news = await bo.next("consumer");
  const { consumerId } = news;
  await eve.next("consumer");
  await bo.ask({ type: "consumer.layers", consumerId, spatialLayer: 1, temporalLayer: 0 });
  const preferred = (participantId: string) =>
    [...peerOf(sessionId, participantId).received.values()].map(({ consumer }) => consumer.preferredLayers);
  expect(preferred(bo.participantId)).toEqual([{ spatialLayer: 1, temporalLayer: 0 }]);
  expect(preferred(eve.participantId)).not.toEqual([{ spatialLayer: 1, temporalLayer: 0 }]);
});

it("[V2] who joins again is the same peer, and the socket from before is closed", async () => {
  const sessionId = randomUUID();
  const bo = await stack.join(sessionId);
  const sub = randomUUID();
  const former = await stack.join(sessionId, { sub });
  await former.produce("camera");
  await bo.next("consumer");
  const again = await stack.join(sessionId, { sub });
  expect(await former.closed()).toBe("replaced");
  await bo.next("consumer.closed");
  await again.produce("camera");
  await until("the new camera came", () => bo.all("consumer").length === 2);
  expect(bo.all("peer.left")).toEqual([]);
  expect(await again.refused({ type: "join" })).toBe("out-of-order");
});

it("[V2] [V3] what is asked at once with the join is answered after it, and what there is one of is made once", async () => {
  const sessionId = randomUUID();
  const rtpCapabilities = { ...(await (await stack.open(sessionId)).ask({ type: "probe" })).routerRtpCapabilities };
  const browser = await stack.open(sessionId);
  const receive = { type: "transport.create", direction: "receive", rtpCapabilities } as const;
  const send = { type: "transport.create", direction: "send" } as const;
  const asked = [{ type: "join" } as const, { type: "join" } as const, receive, send, receive, send];
  const answers = await Promise.all(asked.map((request) => browser.refused(request)));
  expect(answers).toEqual(["answered", "out-of-order", "answered", "answered", "out-of-order", "out-of-order"]);
  expect(browser.answers[0]).toEqual({ id: 1, code: undefined });
});

it("[V3] an id is good only for the peer it was given to", async () => {
  const [sessionId, elsewhere] = [randomUUID(), randomUUID()];
  const [ada, bo, eve] = [await stack.join(sessionId), await stack.join(sessionId), await stack.join(elsewhere)];
  const camera = await ada.produce("camera");
  const { consumerId } = await bo.next("consumer");
  const dtlsParameters = { role: "client", fingerprints: [] };
  const rtpParameters = { ...camera.rtpParameters };
  for (const stranger of [bo, eve])
    for (const asked of [
      { type: "transport.connect", transportId: ada.send!.id, dtlsParameters },
      { type: "transport.restart-ice", transportId: ada.send!.id },
      { type: "produce", transportId: ada.send!.id, source: "camera", rtpParameters },
      { type: "producer.pause", producerId: camera.id },
      { type: "producer.resume", producerId: camera.id },
      { type: "producer.close", producerId: camera.id },
    ] as const)
      expect(await stranger.refused(asked), asked.type).toBe("unknown-id");
  for (const stranger of [ada, eve])
    for (const type of ["consumer.resume", "consumer.pause"] as const)
      expect(await stranger.refused({ type, consumerId })).toBe("unknown-id");
  expect(eve.news.filter(({ type }) => type !== "quality")).toEqual([]);
  expect(peerOf(sessionId, ada.participantId).describe().tracks).toEqual([
    { producerId: camera.id, source: "camera", paused: false },
  ]);
});

it("what was being made when its peer left is closed with it", async () => {
  const sessionId = randomUUID();
  const [ada, bo] = [await stack.join(sessionId), await stack.join(sessionId)];
  const { rtpParameters } = await ada.produce("camera");
  const room = stack.app.rooms.find(sessionId)!;
  const leaving = peerOf(sessionId, bo.participantId);
  const transport = leaving.transport("send")!;
  const made: { closed: boolean }[] = [];
  transport.observer.on("newproducer", (producer) => made.push(producer));
  const asked = room.produce(leaving, { transport, source: "camera", rtpParameters });
  leaving.close();
  await expect(asked).rejects.toMatchObject({ code: "out-of-order" });
  expect(made).toHaveLength(1);
  expect(made[0]!.closed).toBe(true);
});

it("[V7] ICE restarts with new parameters, and everything is sent and received as before", async () => {
  const sessionId = randomUUID();
  const [ada, bo] = [await stack.join(sessionId), await stack.join(sessionId)];
  const camera = await ada.produce("camera");
  await bo.consume(await bo.next("consumer"));
  const transportId = bo.receive!.id;
  const first = await bo.ask({ type: "transport.restart-ice", transportId });
  const second = await bo.ask({ type: "transport.restart-ice", transportId });
  expect(first.iceParameters["usernameFragment"]).not.toBe(second.iceParameters["usernameFragment"]);
  const [received] = peerOf(sessionId, bo.participantId).received.values();
  expect([received?.consumer.producerId, received?.consumer.paused]).toEqual([camera.id, false]);
});

it("[V8] an interviewer mutes, and only the muted one turns it on again", async () => {
  const sessionId = randomUUID();
  const ada = await stack.join(sessionId, { role: "interviewer" });
  const bo = await stack.join(sessionId);
  const microphone = await bo.produce("microphone");
  const mute = { type: "participant.mute", participantId: bo.participantId, source: "microphone" } as const;
  expect(await bo.refused({ ...mute, participantId: ada.participantId })).toBe("not-allowed");
  expect(await ada.refused({ ...mute, participantId: randomUUID() })).toBe("unknown-id");
  await ada.ask({ ...mute, source: "camera" });
  await ada.ask(mute);
  await ada.ask(mute);
  expect(await bo.next("muted")).toEqual({ type: "muted", source: "microphone", by: ada.participantId });
  await ada.next("peer", ({ peer }) => peer.tracks.some(({ paused }) => paused));
  expect(await ada.refused({ type: "producer.resume", producerId: microphone.id })).toBe("unknown-id");
  await bo.ask({ type: "producer.resume", producerId: microphone.id });
  await bo.settled();
  expect(bo.all("muted")).toHaveLength(1);
  expect(peerOf(sessionId, bo.participantId).describe().tracks).toMatchObject([{ paused: false }]);
});

it("[V8] whoever was removed is out at once, everybody is when the session ends, and no event is needed for it", async () => {
  const sessionId = randomUUID();
  const [ada, bo, eve] = [await stack.join(sessionId), await stack.join(sessionId), await stack.join(sessionId)];
  stack.neighbours.standings.set(bo.participantId, { lost: "removed" });
  await stack.redis.publish(sessionChangedChannel, sessionId);
  expect(await bo.closed()).toBe("removed");
  await ada.next("peer.left", ({ participantId }) => participantId === bo.participantId);
  expect([ada.isOpen, eve.isOpen]).toEqual([true, true]);
  for (const { participantId } of [ada, eve]) stack.neighbours.standings.set(participantId, { lost: "session-ended" });
  expect([await ada.closed(), await eve.closed()]).toEqual(["session-ended", "session-ended"]);
  await until("the call is gone", () => stack.app.rooms.find(sessionId) === undefined);
});

it("[V8] what is said of a session is asked about at once, and not only every two seconds", async () => {
  const sessionId = randomUUID();
  await stack.join(sessionId);
  const { asked } = stack.neighbours;
  for (let index = 0; index < 30; index++) await stack.redis.publish(sessionChangedChannel, sessionId);
  await until("each was asked about", () => stack.neighbours.asked >= asked + 30);
});

it("[V9] trying the path is heard by nobody, and carries data as a call would", async () => {
  const sessionId = randomUUID();
  const ada = await stack.join(sessionId);
  await ada.settled();
  const before = ada.news.length;
  const guest = await stack.open(sessionId);
  const first = await guest.ask({ type: "probe" });
  const { channel, iceCandidates, routerRtpCapabilities } = await guest.ask({ type: "probe" });
  expect(channel).toMatchObject({ label: "probe", sctpStreamParameters: { ordered: false, maxPacketLifeTime: 300 } });
  expect(iceCandidates.map(({ protocol, address }) => [protocol, address])).toEqual([
    ["udp", "127.0.0.1"],
    ["tcp", "127.0.0.1"],
  ]);
  expect(JSON.stringify(routerRtpCapabilities)).not.toContain("abs-capture-time");
  expect(await guest.refused({ type: "transport.restart-ice", transportId: first.transportId })).toBe("unknown-id");
  expect(ada.news.length).toBe(before);
  await guest.join();
  expect(await guest.refused({ type: "probe" })).toBe("out-of-order");
});

it("[V10] levels have a channel of their own, unordered and never sent again", async () => {
  const guest = await stack.open(randomUUID(), { role: "observer" });
  const { routerRtpCapabilities } = await guest.ask({ type: "join" });
  const rtpCapabilities = { ...routerRtpCapabilities };
  const { channel } = await guest.ask({ type: "transport.create", direction: "receive", rtpCapabilities });
  expect(channel).toMatchObject({ label: "levels", sctpStreamParameters: { ordered: false, maxPacketLifeTime: 300 } });
});
