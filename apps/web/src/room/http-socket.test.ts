import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { until } from "@greenroom/shared/testing/until.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AccessLost } from "../api/access.ts";
import { HttpSocket } from "./http-socket.ts";

interface Post {
  readonly number: number;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** A server that does to each POST what the test says, and notes all of them. */
let server: Server;
let origin: string;
let posts: Post[];
let answerPost: (post: Post, response: ServerResponse) => void;
let stream: ServerResponse | undefined;
let socket: HttpSocket | undefined;
let messages: unknown[];
let closeCodes: number[];
let token: string;

beforeEach(async () => {
  posts = [];
  messages = [];
  closeCodes = [];
  token = "first";
  answerPost = (_post, response) => response.end("null");
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
});
afterEach(async () => {
  socket?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization } = request.headers;
  if (request.method === "GET") {
    stream = response.writeHead(200, { "content-type": "text/event-stream" });
    stream.write(`: hello\n\nevent: open\ndata: {"connectionId":"c1"}\n\n`);
    return;
  }
  const number = Number(/^\/api\/sessions\/s1\/frames\/c1\/(\d+)$/.exec(request.url ?? "")?.[1]);
  const post = { number, body: await text(request), authorization };
  posts.push(post);
  answerPost(post, response);
}

async function open(): Promise<HttpSocket> {
  stream = undefined;
  const opening = new HttpSocket({
    sessionId: "s1",
    origin,
    accessToken: token,
    access: {
      get: async (options) => {
        if (token === "lost") throw new AccessLost("unauthenticated");
        if (options?.fresh) token = "fresh";
        return { accessToken: token, renewAt: Number.POSITIVE_INFINITY };
      },
    },
    onMessage: (data) => messages.push(data),
    onClosed: (code) => closeCodes.push(code),
  });
  socket = opening;
  await until("the socket is open", () => opening.isOpen);
  return opening;
}

const untilPosted = (bodies: string[]) =>
  until("all is posted", () => posts.map(({ body }) => body).join("") === bodies.join(""), { seen: () => posts });
const closed = () => until("it is closed", () => closeCodes[0]);

describe("a socket over HTTP", () => {
  it("[T10] sends what is sent in one go in one POST, and what comes meanwhile in the next, all numbered", async () => {
    const answers: ServerResponse[] = [];
    answerPost = (_post, response) => answers.push(response);
    const sender = await open();
    sender.send("a");
    sender.send("b");
    await until("the first", () => answers.length === 1);
    for (const frame of ["c", "d", "e"]) sender.send(frame);
    answers[0]?.end("null");
    await until("the second", () => answers.length === 2);
    expect(posts).toEqual([
      { number: 1, body: "a\nb\n", authorization: "Bearer first" },
      { number: 2, body: "c\nd\ne\n", authorization: "Bearer first" },
    ]);
  });

  it("[T10] has one POST under way at a time, however often it is told to send", async () => {
    let [underWay, most] = [0, 0];
    answerPost = (_post, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        response.end("null");
      }, 20);
    };
    const sender = await open();
    const frames = Array.from({ length: 40 }, (_, index) => `${index}\n`);
    for (const frame of frames) {
      sender.send(frame.trim());
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await untilPosted(frames);
    expect(most).toBe(1);
  });

  it("[T10] spreads a large frame over several POSTs, and halves no character", async () => {
    const sender = await open();
    const frame = `x${"😀".repeat(100_000)}`;
    sender.send(frame);
    await untilPosted([`${frame}\n`]);
    expect(posts.map(({ number }) => number)).toEqual(posts.map((_, index) => index + 1));
    for (const { body } of posts) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(256 * 1024);
  });

  it("[T10] sends a POST whose answer was lost again as it was, and goes on after it", async () => {
    const lost = [
      (response: ServerResponse) => response.destroy(),
      (response: ServerResponse) => response.writeHead(502).end(),
      (response: ServerResponse) => response.writeHead(503).end(),
    ];
    answerPost = (_post, response) => (lost.shift() ?? ((good) => good.end("null")))(response);
    const sender = await open();
    sender.send("a");
    await until("it is sent again", () => posts.length === 4);
    sender.send("b");
    await until("the next is sent", () => posts.length === 5);
    expect(posts.map(({ number, body }) => [number, body])).toEqual([
      ...Array.from({ length: 4 }, () => [1, "a\n"]),
      [2, "b\n"],
    ]);
    expect(closeCodes).toEqual([]);
  });

  it("[T11] takes a fresh token when its own is refused, once, and is closed when there is none", async () => {
    answerPost = ({ authorization }, response) =>
      response.writeHead(authorization === "Bearer fresh" ? 200 : 401).end("null");
    const sender = await open();
    sender.send("a");
    await until("it is sent again", () => posts.length === 2);
    expect(posts.at(-1)).toEqual({ number: 1, body: "a\n", authorization: "Bearer fresh" });
    token = "lost";
    sender.send("b");
    expect(await closed()).toBe(4401);
    expect(sender.isOpen).toBe(false);
  });

  it("[T10] is lost when the server knows it no more, and is not told so twice", async () => {
    answerPost = (_post, response) => response.writeHead(404).end();
    const sender = await open();
    sender.send("a");
    expect(await closed()).toBe(1006);
    await until("the stream is left", () => stream?.destroyed === true);
    expect(closeCodes).toEqual([1006]);
  });

  it("[T9] answers a ping though it has nothing to send", async () => {
    await open();
    stream?.write("event: ping\ndata: {}\n\n");
    await until("it answers", () => posts.length === 1);
    expect(posts[0]).toMatchObject({ number: 1, body: "" });
  });

  it("[T9] takes frames in pieces, and is lost where one is missing or comes twice", async () => {
    for (const next of [1, 3]) {
      closeCodes = [];
      messages = [];
      await open();
      for (const part of ["id: 1\nda", 'ta: {"a":', "1}\n", "\n"]) stream?.write(part);
      await until("the frame", () => messages.length === 1);
      expect(messages).toEqual(['{"a":1}']);
      stream?.write(`id: ${next}\ndata: {"a":2}\n\n`);
      expect(await closed()).toBe(1006);
      expect(messages).toHaveLength(1);
    }
  });

  it("[T9] is closed with the server's code, or 1006 where it said nothing", async () => {
    await open();
    stream?.end('event: close\ndata: {"code":4411,"reason":"removed"}\n\n');
    expect(await closed()).toBe(4411);
    for (const end of [() => stream?.end(), () => stream?.destroy()]) {
      closeCodes = [];
      await open();
      end();
      expect(await closed()).toBe(1006);
    }
  });

  it("leaves its stream when it is closed, and says nothing any more", async () => {
    const sender = await open();
    sender.close();
    await until("the stream is left", () => stream?.destroyed === true);
    expect([sender.isOpen, closeCodes]).toEqual([false, []]);
  });
});
