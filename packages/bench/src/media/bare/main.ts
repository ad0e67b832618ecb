// The floor of a call: mediasoup with one WebSocket before it and nothing else. No accounts, no roles, no limits, no
// gateway, nothing is checked; it answers the frames that a join takes, and forgets a peer when its socket closes.
// Rooms are named by the socket's path. Its first line says the port it listens on.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { MediaRequest, MediaSource } from "@greenroom/shared/protocol/media.ts";
import { freePort } from "@greenroom/shared/testing/free-port.ts";
import { createWorker, type types } from "mediasoup";
import { type WebSocket, WebSocketServer } from "ws";
import {
  browserCapabilities,
  mediaCodecs,
  transportOptions,
} from "../../../../../services/media/src/router-options.ts";

interface Peer {
  readonly participantId: string;
  readonly socket: WebSocket;
  readonly transports: Map<string, types.WebRtcTransport>;
  readonly producers: Map<string, { source: MediaSource; producer: types.Producer }>;
  readonly consumers: Map<string, types.Consumer>;
  receiving?: { transport: types.WebRtcTransport; rtpCapabilities: types.RtpCapabilities };
}

interface Room {
  readonly router: types.Router;
  readonly peers: Set<Peer>;
}

const workerBin = process.env["MEDIASOUP_WORKER_BIN"];
const worker = await createWorker({ logLevel: "error", ...(workerBin ? { workerBin } : {}) });
const port = await freePort();
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: (["udp", "tcp"] as const).map((protocol) => ({ protocol, ip: "127.0.0.1", port })),
});
const rooms = new Map<string, Promise<Room>>();

function roomOf(name: string): Promise<Room> {
  const room = rooms.get(name) ?? worker.createRouter({ mediaCodecs }).then((router) => ({ router, peers: new Set() }));
  rooms.set(name, room);
  return room;
}

const tell = (peer: Peer, frame: object): void => peer.socket.send(JSON.stringify(frame));

async function consume(of: { to: Peer; from: Peer; producerId: string; source: MediaSource }) {
  const { to, from, producerId, source } = of;
  if (!to.receiving) return;
  const { transport, rtpCapabilities } = to.receiving;
  const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
  to.consumers.set(consumer.id, consumer);
  consumer.on("producerclose", () => {
    to.consumers.delete(consumer.id);
    tell(to, { type: "consumer.closed", consumerId: consumer.id });
  });
  const { id: consumerId, rtpParameters } = consumer;
  tell(to, { type: "consumer", consumerId, producerId, participantId: from.participantId, source, rtpParameters });
}

async function createTransport(room: Room, peer: Peer, request: Extract<MediaRequest, { type: "transport.create" }>) {
  const transport = await room.router.createWebRtcTransport({
    ...transportOptions(webRtcServer, request.direction),
    enableSctp: false,
  });
  peer.transports.set(transport.id, transport);
  if (request.direction === "receive") {
    // mediasoup's own, which it checks.
    peer.receiving = { transport, rtpCapabilities: request.rtpCapabilities as unknown as types.RtpCapabilities };
    const others = [...room.peers].filter((other) => other !== peer);
    const tracks = others.flatMap((from) =>
      [...from.producers].map(([producerId, { source }]) => ({ from, producerId, source })),
    );
    // The answer is first: who asks needs it to take them.
    setImmediate(() => tracks.forEach((track) => void consume({ to: peer, ...track })));
  }
  const { id: transportId, iceParameters, iceCandidates, dtlsParameters } = transport;
  return { transportId, iceParameters, iceCandidates, dtlsParameters, iceServers: [] };
}

async function produce(room: Room, peer: Peer, request: Extract<MediaRequest, { type: "produce" }>) {
  const { transportId, source, rtpParameters } = request;
  const kind = source === "camera" || source === "screen" ? "video" : "audio";
  const transport = peer.transports.get(transportId);
  // mediasoup's own, which it checks.
  const parameters = rtpParameters as unknown as types.RtpParameters;
  const producer = await transport?.produce({ kind, rtpParameters: parameters });
  if (!producer) throw new Error("There is no such transport.");
  peer.producers.set(producer.id, { source, producer });
  const others = [...room.peers].filter((other) => other !== peer);
  for (const to of others) void consume({ to, from: peer, producerId: producer.id, source });
  return { producerId: producer.id };
}

async function answer(room: Room, peer: Peer, request: MediaRequest): Promise<unknown> {
  switch (request.type) {
    case "join": {
      const others = [...room.peers].map(({ participantId, producers }) => ({
        participantId,
        role: "candidate",
        tracks: [...producers].map(([producerId, { source }]) => ({ producerId, source, paused: false })),
      }));
      room.peers.add(peer);
      return {
        routerRtpCapabilities: browserCapabilities(room.router),
        peers: others,
        maySend: ["microphone", "camera"],
      };
    }
    case "transport.create":
      return await createTransport(room, peer, request);
    case "transport.connect": {
      const dtlsParameters = request.dtlsParameters as unknown as types.DtlsParameters; // as above
      await peer.transports.get(request.transportId)?.connect({ dtlsParameters });
      return null;
    }
    case "produce":
      return await produce(room, peer, request);
    case "consumer.resume":
      await peer.consumers.get(request.consumerId)?.resume();
      return null;
    default:
      throw new Error(`A bare join has no ${request.type}.`);
  }
}

// It never outlives whoever started it.
process.stdin.resume().once("close", () => process.exit());
const server = createServer();
let peers = 0;
new WebSocketServer({ server }).on("connection", (socket: WebSocket, { url }) => {
  const peer: Peer = {
    participantId: `00000000-0000-4000-8000-${String(++peers).padStart(12, "0")}`,
    socket,
    transports: new Map(),
    producers: new Map(),
    consumers: new Map(),
  };
  const entering = roomOf(url ?? "/");
  socket.on("message", async (data) => {
    const request = JSON.parse(String(data)) as MediaRequest; // the bench's own
    const room = await entering;
    const answered = await answer(room, peer, request).then(
      (value) => ({ type: "answer", id: request.id, data: value }),
      (error: Error) => ({ type: "refused", id: request.id, code: "internal-error", message: error.message }),
    );
    tell(peer, answered);
  });
  socket.on("close", async () => {
    const room = await entering;
    room.peers.delete(peer);
    for (const transport of peer.transports.values()) transport.close();
    if (room.peers.size > 0 || !rooms.delete(url ?? "/")) return;
    room.router.close();
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port)); // it listens on TCP
