import { Type, type Static } from "typebox";
import { closeCodes } from "../protocol/close-codes.ts";
import { maxFrameBytes, subprotocol } from "../protocol/version.ts";
import { defineRoute } from "./route.ts";

/**
 * A room's frames over plain HTTP, for networks whose proxies let no WebSocket through. The gateway answers these itself
 * and passes the frames on to the room's own socket. PROTOCOL.md has the rules, from T8 on.
 */

/** The largest body of a POST, in bytes: small enough for any proxy. A larger frame is spread over several. [T10] */
export const maxUpBodyBytes = 256 * 1024;

/** The events of the stream that have a name; those without one are frames. [T9] */
export const streamEvents = { open: "open", ping: "ping", close: "close" } as const;

/** First on a stream that was let in. */
export const StreamOpened = Type.Object({ connectionId: Type.String() });
export type StreamOpened = Static<typeof StreamOpened>;

/** Last on a stream that the server closed; the codes are those of a WebSocket. */
export const StreamClosed = Type.Object({ code: Type.Integer(), reason: Type.String() });
export type StreamClosed = Static<typeof StreamClosed>;

const closeTable = Object.entries(closeCodes)
  .map(([reason, code]) => `${code} \`${reason}\``)
  .join(", ");

export const listenToFrames = defineRoute({
  method: "GET",
  path: "/api/sessions/:sessionId/frames",
  summary: "The room's frames as server-sent events, where no WebSocket comes through; opens a connection",
  access: "any",
  params: Type.Object({ sessionId: Type.String({ format: "uuid" }) }),
  query: Type.Object({
    protocol: Type.Literal(subprotocol, { description: "The version of the frames, as a WebSocket's subprotocol" }),
  }),
  response: Type.String({
    description: [
      "First the event `open` with `{connectionId}`, then an event without a name for each frame, numbered from 1 by its id;",
      "every 15 s a `ping`, which is answered with a POST, an empty one if there is nothing to send; last a `close` with `{code, reason}`.",
      `Refusals come as this event, too: ${closeTable}.`,
    ].join(" "),
  }),
  responseType: "text/event-stream",
  errors: [],
});

export const sendFrames = defineRoute({
  method: "POST",
  path: "/api/sessions/:sessionId/frames/:connectionId/:number",
  summary: "Frames up, on a connection that listens; answered once they are handed on",
  access: "any",
  params: Type.Object({
    sessionId: Type.String({ format: "uuid" }),
    connectionId: Type.String(),
    number: Type.Integer({
      minimum: 1,
      description: "1, 2, 3 on each connection, one at a time; the last one sent again is not handed on twice",
    }),
  }),
  body: Type.String({
    description: [
      `All bodies of a connection in a row are one text: frames, each of at most ${maxFrameBytes} bytes and ended by a line feed.`,
      `A body has at most ${maxUpBodyBytes} bytes; it may end within a frame.`,
    ].join(" "),
  }),
  bodyType: "text/plain",
  response: Type.Null(),
  errors: ["not-found", "conflict", "too-large"],
});

export const frameRoutes = [listenToFrames, sendFrames] as const;
