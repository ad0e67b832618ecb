import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, expect, it, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { TextFrame, type WholeFrameSocket, wholeFrames } from "./whole-frame-socket.ts";

let server: WebSocketServer | undefined;
let client: WebSocket | undefined;
afterEach(() => {
  client?.terminate();
  server?.close();
});

interface Connected {
  readonly socket: WholeFrameSocket;
  readonly client: WebSocket;
  /** In order. */
  readonly heard: readonly (string | Buffer)[];
  /** How often the system was asked to write since. */
  readonly written: () => number;
}

async function connect(): Promise<Connected> {
  const opened = new WebSocketServer({ port: 0, ...wholeFrames });
  server = opened;
  await once(opened, "listening");
  const { port } = opened.address() as AddressInfo; // it listens on TCP
  const reader = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  client = reader;
  const heard: (string | Buffer)[] = [];
  reader.on("message", (data: Buffer, isBinary) => void heard.push(isBinary ? data : data.toString()));
  reader.on("ping", (data) => void heard.push(`ping ${data}`));
  const connected = once(opened, "connection") as Promise<[WholeFrameSocket, IncomingMessage]>;
  const [[socket, { socket: stream }]] = await Promise.all([connected, once(reader, "open")]);
  const writes = [vi.spyOn(stream, "_write"), vi.spyOn(stream as Required<Duplex>, "_writev")];
  return { socket, client: reader, heard, written: () => writes.reduce((sum, { mock }) => sum + mock.calls.length, 0) };
}

it("sends texts of every length that a header tells in its own way", async () => {
  const { socket, client: reader, heard } = await connect();
  // RFC 6455 5.2: seven bits, sixteen, sixty-four.
  const texts = [0, 1, 125, 126, 65_535, 65_536, 1_000_000].map((length) => "x".repeat(length));
  for (const text of texts) socket.send(text);
  socket.close();
  await once(reader, "close");
  expect(heard.map(({ length }) => length)).toEqual([0, 1, 125, 126, 65_535, 65_536, 1_000_000]);
  expect(heard).toEqual(texts);
});

it("counts bytes, not characters", async () => {
  const { socket, client: reader, heard } = await connect();
  const texts = ["é".repeat(63), "😀".repeat(16_384), "🇩🇪 naïve"];
  for (const text of texts) socket.send(text);
  socket.send(Buffer.from("passed on: ä"), { binary: false });
  socket.close();
  await once(reader, "close");
  expect(heard).toEqual([...texts, "passed on: ä"]);
});

it("keeps the order among texts, bytes, pings and the close", async () => {
  const { socket, client: reader, heard } = await connect();
  const frame = TextFrame.of("to many");
  socket.send("first");
  socket.send(Buffer.from([1, 2]));
  socket.sendFrame(frame);
  socket.ping("a");
  socket.sendFrame(frame);
  socket.close(4000, "bye");
  const [code, reason] = (await once(reader, "close")) as [number, Buffer];
  expect(heard).toEqual(["first", Buffer.from([1, 2]), "to many", "ping a", "to many"]);
  expect([code, reason.toString()]).toEqual([4000, "bye"]);
});

it("writes what is sent in one turn at once, and what comes with its close before it is closed", async () => {
  const { socket, client: reader, heard, written } = await connect();
  for (const text of ["a", "b", "c"]) socket.send(text);
  expect(written()).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(written()).toBe(1);
  socket.send("d");
  await new Promise((resolve) => setImmediate(resolve));
  expect(written()).toBe(2);
  socket.send("e");
  socket.close();
  await once(reader, "close");
  expect(heard).toEqual(["a", "b", "c", "d", "e"]);
});

it("tells when it is written, and that a socket is not open any more", async () => {
  const { socket, client: reader } = await connect();
  const written = await new Promise((resolve) => socket.send("in time", (error) => resolve(error)));
  expect(written).toBeUndefined();
  socket.close();
  const refused = await new Promise((resolve) => socket.send("late", (error) => resolve(error)));
  expect(refused).toBeInstanceOf(Error);
  await once(reader, "close");
  socket.sendFrame(TextFrame.of("to nobody"));
});

it("tells what waits for a reader who does not read", async () => {
  const { socket, client: reader } = await connect();
  reader.pause();
  const text = "x".repeat(1_000_000);
  for (let sent = 0; sent < 20; sent++) socket.send(text);
  // What the system's own buffers take is far less than all of it.
  expect(socket.bufferedAmount).toBeGreaterThan(1_000_000);
});
