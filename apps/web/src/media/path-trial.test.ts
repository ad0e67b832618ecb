import { beforeEach, expect, it } from "vitest";
import { createStore } from "../room/store.ts";
import { MediaLost, type MediaConnection } from "./media-socket.ts";
import type { MediaPath } from "./path.ts";
import { PathTrial } from "./path-trial.ts";
import { NoPath } from "./probe.ts";

/** One attempt, as its asker and its answerer see it. */
interface Attempt {
  readonly signal: AbortSignal;
  readonly answer: PromiseWithResolvers<MediaPath>;
}

const path: MediaPath = { kind: "tcp", roundTripMs: 3, relayProtocol: undefined };
const connection = createStore<MediaConnection>({ kind: "closed", reason: undefined });
let attempts: Attempt[];
let trial: PathTrial;

beforeEach(() => {
  attempts = [];
  connection.set({ kind: "open" });
  const open = () => connection.set({ kind: "connecting" });
  trial = new PathTrial({ connection, open }, (signal) => {
    const answer = Promise.withResolvers<MediaPath>();
    attempts.push({ signal, answer });
    return answer.promise;
  });
});

/** After all that is under way. */
const finding = async () => {
  await new Promise((resolve) => setTimeout(resolve));
  return trial.finding.get();
};

it("tells the way that was found", async () => {
  trial.begin();
  expect(await finding()).toEqual({ kind: "trying" });
  attempts[0]?.answer.resolve(path);
  expect(await finding()).toEqual({ kind: "found", path });
});

it("waits for a socket, and tries again on the next when that one breaks", async () => {
  connection.set({ kind: "closed", reason: undefined });
  trial.begin();
  expect(attempts).toHaveLength(0);
  trial.opened();
  attempts[0]?.answer.reject(new MediaLost());
  expect(await finding()).toEqual({ kind: "trying" });
  trial.opened();
  attempts[1]?.answer.resolve(path);
  expect(await finding()).toEqual({ kind: "found", path });
});

it("takes nothing from an attempt of an earlier lobby, neither while it tries anew nor after it has found a way", async () => {
  trial.begin();
  trial.end();
  trial.begin();
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  attempts[0]?.answer.reject(new NoPath({ triedRelay: true }));
  expect(await finding()).toEqual({ kind: "trying" });
  attempts[1]?.answer.resolve(path);
  expect(await finding()).toEqual({ kind: "found", path });
});

it("takes nothing from an attempt that somebody's wish to try again has overtaken", async () => {
  trial.begin();
  trial.begin();
  attempts[0]?.answer.resolve({ ...path, kind: "udp" });
  expect(await finding()).toEqual({ kind: "trying" });
  attempts[1]?.answer.resolve(path);
  expect(await finding()).toEqual({ kind: "found", path });
});

it("says that there is no way, and tries again by itself only on another network", async () => {
  trial.networkChanged();
  trial.begin();
  trial.networkChanged();
  expect(attempts).toHaveLength(1);
  attempts[0]?.answer.reject(new NoPath({ triedRelay: true }));
  expect(await finding()).toEqual({ kind: "fault", fault: "no-path", triedRelay: true });
  trial.networkChanged();
  expect(await finding()).toEqual({ kind: "trying" });
  attempts[1]?.answer.resolve(path);
  expect(await finding()).toEqual({ kind: "found", path });
});

it("gives up when the socket is closed for good, whatever an attempt finds", async () => {
  trial.begin();
  trial.failed("ended");
  attempts[0]?.answer.resolve(path);
  expect(await finding()).toEqual({ kind: "fault", fault: "ended", triedRelay: false });
});
