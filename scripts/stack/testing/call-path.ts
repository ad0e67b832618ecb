import { createHmac, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { crc32 } from "node:zlib";

import { type MediaAnswerOf, mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";

export type ProbeAnswer = MediaAnswerOf<"probe">;

/** What a browser needs of a candidate and of ICE's parameters; mediasoup makes them. */
export interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly protocol: "udp" | "tcp";
}
interface IceParameters {
  readonly usernameFragment: string;
  readonly password: string;
}

const answerWithinMs = 3_000;

/** Asks the media service, through the gateway, for a path to try; it is there until `close`. */
export async function askForPath(
  url: string,
  sessionId: string,
  accessToken: string,
): Promise<{ answer: ProbeAnswer; close: () => void }> {
  const socket = new WebSocket(new URL(mediaPath(sessionId), url.replace(/^http/, "ws")), [
    subprotocol,
    `${accessTokenPrefix}${accessToken}`,
  ]);
  const answer = await new Promise<ProbeAnswer>((resolve, reject) => {
    socket.addEventListener("open", () => socket.send(JSON.stringify({ id: 1, type: "probe" })));
    socket.addEventListener("close", ({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`)));
    socket.addEventListener("message", ({ data }) => {
      // Our own service's frame.
      const frame = JSON.parse(String(data)) as { type: string; id: number; data: ProbeAnswer; message?: string };
      if (frame.type === "answer" && frame.id === 1) resolve(frame.data);
      if (frame.type === "refused") reject(new Error(frame.message));
    });
  });
  return { answer, close: () => socket.close() };
}

/** True when what listens there answers as the media service does: it knows the password of the transport just made. */
export async function isReachable(candidate: Candidate, parameters: IceParameters): Promise<boolean> {
  const request = bindingRequest(parameters);
  const timeout = AbortSignal.timeout(answerWithinMs);
  const answer = await (candidate.protocol === "udp" ? overUdp : overTcp)(candidate, request, timeout);
  return answer?.readUInt16BE(0) === bindingSuccess;
}

const bindingSuccess = 0x0101;

/** ICE's connectivity check (RFC 8445, 7.2.2), as a STUN message (RFC 8489). */
function bindingRequest({ usernameFragment, password }: IceParameters): Buffer {
  const attribute = (type: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  };
  const transaction = randomBytes(12);
  /** The length in the head counts the attributes up to the one that is made of all before it. */
  const message = (attributes: readonly Buffer[], more = 0): Buffer => {
    const body = Buffer.concat(attributes);
    const head = Buffer.from("000100002112a442", "hex");
    head.writeUInt16BE(body.length + more, 2);
    return Buffer.concat([head, transaction, body]);
  };
  const attributes = [
    attribute(0x0006, Buffer.from(`${usernameFragment}:test`)),
    attribute(0x0024, Buffer.from("6e7f00ff", "hex")), // priority of a host candidate that is found out by a peer
    attribute(0x802a, randomBytes(8)), // the controlling side, as ICE-lite's other end is
  ];
  const integrity = createHmac("sha1", password).update(message(attributes, 24)).digest();
  attributes.push(attribute(0x0008, integrity));
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(message(attributes, 8)) ^ 0x5354554e) >>> 0);
  return message([...attributes, attribute(0x8028, fingerprint)]);
}

type Exchange = (to: Candidate, request: Buffer, timeout: AbortSignal) => Promise<Buffer | undefined>;

const overUdp: Exchange = ({ address, port }, request, timeout) => {
  const socket = createSocket("udp4");
  const answer = new Promise<Buffer | undefined>((resolve) => {
    timeout.addEventListener("abort", () => resolve(undefined));
    socket.once("error", () => resolve(undefined));
    socket.once("message", resolve);
    socket.send(request, port, address);
  });
  return answer.finally(() => socket.close());
};

/** Each message after its length (RFC 4571). */
const overTcp: Exchange = ({ address, port }, request, timeout) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(request.length);
  const socket = connect(port, address, () => socket.write(Buffer.concat([length, request])));
  const answer = new Promise<Buffer | undefined>((resolve) => {
    timeout.addEventListener("abort", () => resolve(undefined));
    socket.once("error", () => resolve(undefined));
    socket.once("close", () => resolve(undefined));
    socket.once("data", (data) => resolve(data.subarray(2)));
  });
  return answer.finally(() => socket.destroy());
};
