import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { internalStandingInSessions } from "../api/service-routes.ts";
import { createServiceClient } from "./service-client.ts";

let server: Server | undefined;
afterEach(async () => await stop());

async function listen(answer: RequestListener, port = 0): Promise<string> {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(port, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`; // it listens on TCP
}

async function stop(): Promise<void> {
  const stopping = server;
  server = undefined;
  if (!stopping) return;
  stopping.closeAllConnections();
  await new Promise((resolve) => stopping.close(resolve));
}

const clientOf = (url: string) => createServiceClient({ name: "session", url, serviceSecret: "secret" });
const asked = { body: { bearers: [] } };

it("asks with its secret, and gets the answer", async () => {
  const seen: unknown[] = [];
  const url = await listen((request, response) => {
    void json(request).then((body) => {
      seen.push(request.headers.authorization, request.method, request.url, body);
      response.end('{"standings":[]}');
    });
  });
  expect(await clientOf(url)(internalStandingInSessions, asked)).toEqual({ standings: [] });
  const { method, path } = internalStandingInSessions;
  expect(seen).toEqual(["Service secret", method, path, asked.body]);
});

it("throws the other's refusal as it is", async () => {
  const url = await listen((_request, response) => {
    response.writeHead(404).end('{"code":"not-found","message":"Not here."}');
  });
  await expect(clientOf(url)(internalStandingInSessions, asked)).rejects.toMatchObject({
    code: "not-found",
    message: "Not here.",
  });
});

it("says unavailable of a service that breaks off in the middle, or is not there", async () => {
  const url = await listen((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write('{"standings"', () => response.destroy());
  });
  const call = clientOf(url);
  await expect(call(internalStandingInSessions, asked)).rejects.toMatchObject({ code: "unavailable" });
  await stop();
  await expect(call(internalStandingInSessions, asked)).rejects.toMatchObject({ code: "unavailable" });
});

it("says unavailable of a service that is silent, or falls silent in the middle, and leaves it", async () => {
  for (const begun of ["", '{"standings"']) {
    const left = Promise.withResolvers<void>();
    const url = await listen((request, response) => {
      if (begun !== "") response.write(begun);
      request.socket.once("close", () => left.resolve());
    });
    const call = createServiceClient({ name: "session", url, serviceSecret: "secret", answerWithinMs: 50 });
    const message = "The session service does not answer.";
    await expect(call(internalStandingInSessions, asked)).rejects.toMatchObject({ code: "unavailable", message });
    await left.promise;
    await stop();
  }
});

it("keeps its connection, and makes another when the service was started anew", async () => {
  const ports = new Set<number | undefined>();
  const answer: RequestListener = (request, response) => {
    ports.add(request.socket.remotePort);
    request.resume().once("end", () => response.end('{"standings":[]}'));
  };
  const url = await listen(answer);
  const call = clientOf(url);
  for (let time = 0; time < 3; time++) await call(internalStandingInSessions, asked);
  expect(ports.size).toBe(1);
  await stop();
  await listen(answer, Number(new URL(url).port));
  expect(await call(internalStandingInSessions, asked)).toEqual({ standings: [] });
  expect(ports.size).toBe(2);
});
