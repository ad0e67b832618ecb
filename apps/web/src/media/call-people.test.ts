import type { MediaPeer } from "@greenroom/shared/protocol/media.ts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CallPeople, sends } from "./call-people.ts";

const peer = (participantId: string, tracks: MediaPeer["tracks"] = []): MediaPeer => ({
  participantId,
  role: "candidate",
  tracks,
});
const screen = { producerId: "p1", source: "screen", paused: false } as const;

let people: CallPeople;

beforeEach(() => {
  vi.useFakeTimers();
  people = new CallPeople({ selfId: "self", nameOf: (id) => id.toUpperCase() });
});

afterEach(() => {
  people.left();
  vi.useRealTimers();
});

it("whoever is there already is no news; who comes, shows a screen and leaves is", () => {
  people.joined([peer("ada"), peer("self")]);
  expect(people.said.get()).toBe("");
  people.hear({ type: "peer", peer: peer("ben") });
  expect(people.said.get()).toBe("BEN joined the call.");
  people.hear({ type: "peer", peer: peer("ben", [screen]) });
  expect(people.said.get()).toBe("BEN shares their screen.");
  people.hear({ type: "peer", peer: peer("ben", [{ ...screen, paused: true }]) });
  expect(people.said.get()).toBe("BEN shares their screen no more.");
  people.hear({ type: "peer.left", participantId: "ben" });
  expect(people.said.get()).toBe("BEN left the call.");
  expect(people.peers.get().map(({ participantId }) => participantId)).toEqual(["ada"]);
});

it("one's own news are not those of another", () => {
  people.hear({ type: "peer", peer: peer("self") });
  expect(people.peers.get()).toEqual([]);
});

it("tiles stay in one order, whoever changes", () => {
  people.joined([peer("cleo"), peer("ada")]);
  people.hear({ type: "peer", peer: peer("ben") });
  people.hear({ type: "peer", peer: peer("ada", [screen]) });
  expect(people.peers.get().map(({ participantId }) => participantId)).toEqual(["ada", "ben", "cleo"]);
});

it("[V10] who is loud speaks, until it is quiet or nothing is heard of it any more", () => {
  people.loud([
    { participantId: "ada", dbov: -30 },
    { participantId: "ben", dbov: -90 },
  ]);
  expect([...people.speaking.get()]).toEqual(["ada"]);
  people.loud([]);
  expect(people.speaking.get().size).toBe(0);
  people.loud([{ participantId: "ben", dbov: -20 }]);
  vi.advanceTimersByTime(2000);
  expect(people.speaking.get().size).toBe(0);
});

it("[V6] a picture without the bandwidth for its lowest layer is marked until it comes again", () => {
  const consumer = {
    consumerId: "c1",
    producerId: "p1",
    participantId: "ada",
    source: "camera",
    rtpParameters: {},
  } as const;
  people.hear({ type: "consumer", ...consumer });
  people.hear({ type: "consumer.layers", consumerId: "c1", layers: null });
  expect([...people.starved.get()]).toEqual(["ada:camera"]);
  people.hear({ type: "consumer.layers", consumerId: "c1", layers: { spatialLayer: 0, temporalLayer: 0 } });
  expect(people.starved.get().size).toBe(0);
});

it("a track that is paused is not sent", () => {
  expect(sends(peer("ada", [screen]), "screen")).toBe(true);
  expect(sends(peer("ada", [{ ...screen, paused: true }]), "screen")).toBe(false);
  expect(sends(peer("ada", [screen]), "camera")).toBe(false);
});
