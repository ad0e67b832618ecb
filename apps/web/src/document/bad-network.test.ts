import { randomFrom, randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import { describe, expect, it } from "vitest";
import type { DocumentFrame } from "./document-client.ts";
import { documentId, editor } from "./plain-editor.ts";
import { ReferenceServer } from "./reference-server.ts";
import { UndoStack } from "./undo-stack.ts";

/** Three clients, one server, and a network that delays, cuts connections and makes clients send twice. */
function simulate(seed: number, options: { inserts: boolean; keep?: number; undo?: boolean }) {
  const random = randomFrom(seed);
  const server = new ReferenceServer(documentId, options.inserts ? "" : "hello world", options.keep);
  const typed = new Set<string>();
  let nextToken = 0x4e00;
  const peers = [0, 1, 2].map(() => {
    const undo = new UndoStack();
    const side = editor({ onRemote: (operation) => undo.carry(operation) });
    return { ...side, undo, handled: 0, down: [] as DocumentFrame[], online: false };
  });
  const connect = (peer: (typeof peers)[number]) => {
    peer.online = true;
    peer.client.connected();
  };
  const cut = (peer: (typeof peers)[number]) => {
    peer.online = false;
    peer.down = [];
    peer.handled = peer.sent.length;
    peer.client.disconnected();
  };
  const deliverUp = (peer: (typeof peers)[number]) => {
    const frame = peer.sent[peer.handled];
    if (!frame) return false;
    peer.handled++;
    if (frame.type === "document.open") peer.down.push(server.open(frame.since));
    if (frame.type === "operation") {
      const { answer, others: told } = server.submit(frame);
      peer.down.push(answer);
      for (const other of peers) if (other !== peer && other.online && told) other.down.push(told);
    }
    return true;
  };
  const deliverDown = (peer: (typeof peers)[number]) => {
    const frame = peer.down.shift();
    if (!frame) return false;
    if (!peer.client.isLoaded && frame.type === "document.snapshot") peer.shown.text = frame.text;
    peer.client.receive(frame);
    return true;
  };
  const edit = (peer: (typeof peers)[number]) => {
    if (!peer.client.isLoaded) return;
    const before = peer.client.text;
    if (options.undo && random() < 0.3) {
      const operation = random() < 0.6 ? peer.undo.undo(peer.client.rope) : peer.undo.redo(peer.client.rope);
      if (operation) peer.type(operation);
      return;
    }
    let { operation } = randomOperation(before, random);
    if (options.inserts) {
      const token = String.fromCodePoint(nextToken++);
      typed.add(token);
      const at = Math.floor(random() * ([...before].length + 1));
      operation = at > 0 ? [at, token] : [token];
    }
    peer.undo.record(peer.client.rope, operation, 0);
    peer.type(operation);
  };
  for (const peer of peers) connect(peer);
  for (let step = 0; step < 400; step++) {
    const peer = peers[Math.floor(random() * peers.length)]!;
    const what = random();
    if (what < 0.35) edit(peer);
    else if (what < 0.65) deliverUp(peer);
    else if (what < 0.95) deliverDown(peer);
    else if (peer.online) cut(peer);
    else connect(peer);
  }
  for (const peer of peers) if (!peer.online) connect(peer);
  for (let moved = true; moved;) {
    moved = false;
    for (const peer of peers) {
      while (deliverUp(peer)) moved = true;
      while (deliverDown(peer)) moved = true;
      while (peer.timers.length > 0) peer.timers.shift()?.();
    }
  }
  return { server, peers, typed };
}

describe("three clients on a bad network", () => {
  const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

  it.each(seeds)("all come to the server's text (seed %i)", (seed) => {
    const { server, peers } = simulate(seed, { inserts: false, undo: true });
    for (const peer of peers) {
      expect(peer.client.text).toBe(server.text);
      expect(peer.shown.text).toBe(server.text);
      expect(peer.client.isSynchronised).toBe(true);
    }
  });

  it.each(seeds)("lose nothing that was typed and write nothing twice (seed %i)", (seed) => {
    const { server, typed, peers } = simulate(seed, { inserts: true });
    expect([...server.text].toSorted()).toEqual([...typed].toSorted());
    for (const peer of peers) expect(peer.client.text).toBe(server.text);
  });

  it.each(seeds)("do so even when the server remembers only a few operations (seed %i)", (seed) => {
    const { server, peers } = simulate(seed, { inserts: false, keep: 8 });
    for (const peer of peers) {
      expect(peer.client.text).toBe(server.text);
      expect(peer.shown.text).toBe(server.text);
    }
  });
});
