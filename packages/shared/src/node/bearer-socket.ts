import websocket from "@fastify/websocket";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import type { RawData } from "ws";
import type { AccessClaims } from "../api/access.ts";
import { type CloseReason, closeCodes } from "../protocol/close-codes.ts";
import { accessTokenPrefix, subprotocol } from "../protocol/version.ts";
import type { VerifyAccessToken } from "./access-token.ts";
import type { Logger } from "./logger.ts";
import type { Server } from "./server.ts";
import { type WholeFrameSocket, wholeFrames } from "./whole-frame-socket.ts";

/** Somebody who shows a good token at the socket of a session. */
export interface Bearer {
  readonly socket: WholeFrameSocket;
  readonly claims: AccessClaims;
  readonly sessionId: string;
}

/** What becomes of the frames of somebody who was let in. */
export interface Entered {
  /** Handles one frame; never rejects. A promise means that the next ones have to wait for it. */
  readonly receive: (text: string) => Promise<unknown> | undefined;
  /** The socket is closed; called once. */
  readonly leave: () => void;
}

export interface BearerSocketOptions {
  /** With `:sessionId` in it. */
  readonly path: string;
  /** Of a frame up, in bytes. */
  readonly maxFrameBytes: number;
  readonly verifyAccessToken: VerifyAccessToken;
  /** Lets somebody in, or says why not. Whose socket has closed meanwhile is let in all the same, and leaves at once. */
  readonly enter: (bearer: Bearer) => Promise<Entered | CloseReason>;
  /** Told of each socket that is closed by what is here. */
  readonly onRefused: (reason: CloseReason) => void;
  readonly logger: Logger;
}

/** How long a peer may take to answer a close before its connection is cut, in milliseconds. [T4] */
const closeTimeoutMs = 2_000;

const sessionIdValidator = Compile(Type.String({ format: "uuid" }));

/** What a socket's subprotocols say: whether it speaks our version, and its token. [T1] */
export function readOffer(header: string | undefined): { speaksOurs: boolean; accessToken: string | undefined } {
  const offered = (header ?? "").split(",").map((name) => name.trim());
  const token = offered.find((name) => name.startsWith(accessTokenPrefix))?.slice(accessTokenPrefix.length);
  return { speaksOurs: offered.includes(subprotocol), accessToken: token === "" ? undefined : token };
}

/** The socket of a session, for bearers of access tokens: who it is, whether they may come in, and then frame after frame in order. */
export async function addBearerSocket(server: Server, options: BearerSocketOptions): Promise<void> {
  // A variable, because the declarations of ws do not know closeTimeout yet.
  const ofWebSockets = {
    ...wholeFrames,
    maxPayload: options.maxFrameBytes,
    closeTimeout: closeTimeoutMs,
    handleProtocols: (offered: Set<string>) => (offered.has(subprotocol) ? subprotocol : false),
  };
  await server.register(websocket, { options: ofWebSockets });
  server.get<{ Params: { sessionId: string } }>(options.path, { websocket: true }, (opened, request) => {
    const socket = opened as WholeFrameSocket; // its server makes no others
    // One session is one, in whatever case its id was written.
    const sessionId = request.params.sessionId.toLowerCase();
    serve(options, { socket, sessionId, header: request.headers["sec-websocket-protocol"] });
  });
}

interface Opening {
  readonly socket: WholeFrameSocket;
  readonly sessionId: string;
  readonly header: string | undefined;
}

/**
 * Listens from the first turn on. While somebody is being let in or a frame needs time, nothing more is read from the
 * network: what had arrived already waits, and the rest is the sender's to hold.
 */
function serve(options: BearerSocketOptions, opening: Opening): void {
  const { socket, sessionId } = opening;
  const { logger, onRefused } = options;
  const waiting: string[] = [];
  let entered: Entered | undefined;
  let isBusy = true;

  const refuse = (reason: CloseReason): void => {
    if (socket.readyState === socket.OPEN) onRefused(reason);
    socket.resume(); // the answer to a close has to be read, too
    socket.close(closeCodes[reason], reason);
  };
  const drain = async ({ receive }: Entered): Promise<void> => {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift())
      if (socket.readyState === socket.OPEN) await receive(text);
    isBusy = false;
    socket.resume();
  };
  const take = (text: string): void => {
    if (!entered || isBusy) return void waiting.push(text);
    const place = entered;
    const handled = place.receive(text);
    if (!handled) return;
    isBusy = true;
    socket.pause();
    void handled.then(() => drain(place));
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    // After a close has been sent, what still comes is nobody's: a peer that does not answer it gets nothing done.
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) refuse("bad-protocol");
    else take(data.toString());
  });
  socket.on("error", (error) => logger.debug({ err: error.message }, "A socket broke"));
  socket.on("close", () => entered?.leave());

  socket.pause();
  enter(options, opening).then(
    (place) => {
      if (typeof place === "string") return refuse(place);
      // Nobody else will say so.
      if (socket.readyState === socket.CLOSED) return place.leave();
      entered = place;
      return void drain(place);
    },
    (error: unknown) => {
      logger.error({ err: error, sessionId }, "A socket could not be let in");
      refuse("internal-error");
    },
  );
}

async function enter(options: BearerSocketOptions, opening: Opening): Promise<Entered | CloseReason> {
  const { socket, sessionId } = opening;
  const { speaksOurs, accessToken } = readOffer(opening.header);
  if (!speaksOurs) return "bad-protocol";
  const claims = accessToken === undefined ? undefined : await verify(options, accessToken);
  if (!claims) return "unauthenticated";
  if (!sessionIdValidator.Check(sessionId)) return "session-not-found";
  if (claims.kind === "guest" && claims.sessionId !== sessionId) return "forbidden";
  return await options.enter({ socket, claims, sessionId });
}

async function verify(options: BearerSocketOptions, token: string): Promise<AccessClaims | undefined> {
  try {
    return await options.verifyAccessToken(token);
  } catch (error) {
    options.logger.debug({ err: error }, "An access token was refused");
    return undefined;
  }
}
