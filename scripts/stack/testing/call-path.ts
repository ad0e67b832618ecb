import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { randomBytes } from "node:crypto";

import { type MediaAnswerOf, mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { decodeStun, encodeStun } from "./stun.ts";

export type ProbeAnswer = MediaAnswerOf<"probe">;

/** What a browser needs of a candidate and of ICE's parameters; mediasoup makes them. */
export interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly protocol: "udp" | "tcp";
}
export interface IceParameters {
  readonly usernameFragment: string;
  readonly password: string;
}

const answerWithinMs = 3_000;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;

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

/** ICE's connectivity check (RFC 8445, 7.2.2), from the controlling side. */
export function connectivityCheck({ usernameFragment, password }: IceParameters): Buffer {
  const username = Buffer.from(`${usernameFragment}:test`);
  const priority = Buffer.from("6e7f00ff", "hex");
  return encodeStun(bindingRequest, { username, priority, controlling: randomBytes(8) }, password);
}

export const isAnswered = (answer: Buffer | undefined): boolean =>
  answer !== undefined && decodeStun(answer).type === bindingSuccess;

/** True when what listens there answers as the media service does: it knows the password of the transport just made. */
export async function isReachable(candidate: Candidate, parameters: IceParameters): Promise<boolean> {
  const timeout = AbortSignal.timeout(answerWithinMs);
  const exchange = candidate.protocol === "udp" ? overUdp : overTcp;
  return isAnswered(await exchange(candidate, connectivityCheck(parameters), timeout));
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
