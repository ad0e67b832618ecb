import { accessTokenAudience } from "@greenroom/shared/api/access.ts";
import { authRoutes } from "@greenroom/shared/api/auth-routes.ts";
import { ErrorBody } from "@greenroom/shared/api/error.ts";
import { frameRoutes } from "@greenroom/shared/api/frame-routes.ts";
import { historyRoutes } from "@greenroom/shared/api/history-routes.ts";
import { keyRoutes } from "@greenroom/shared/api/key-routes.ts";
import { pistonConnectPath, pistonRoutes } from "@greenroom/shared/api/piston-routes.ts";
import { problemRoutes } from "@greenroom/shared/api/problem-routes.ts";
import { errorStatus, type ErrorCode, type Route } from "@greenroom/shared/api/route.ts";
import { runRoutes } from "@greenroom/shared/api/run-routes.ts";
import { sessionRoutes } from "@greenroom/shared/api/session-routes.ts";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { maxMediaFrameBytes, mediaPath } from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, maxFrameBytes, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import type { TSchema } from "typebox";

type Json = Record<string, unknown>;

/** What any route may answer besides its own errors. */
const generalErrors: readonly ErrorCode[] = [
  "bad-request",
  "rate-limited",
  "too-large",
  "unavailable",
  "internal-error",
];

/** The interface as an OpenAPI 3.1 document, made from the very routes that the services register. */
export function openApiDocument(publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  const add = (route: Route, tag: string) => {
    const path = openApiPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, tag) };
  };
  for (const route of [...authRoutes, ...keyRoutes]) add(route, "auth");
  for (const route of [...sessionRoutes, ...historyRoutes]) add(route, "sessions");
  for (const route of frameRoutes) add(route, "room");
  for (const route of problemRoutes) add(route, "problems");
  for (const route of runRoutes) add(route, "judge");
  for (const route of pistonRoutes) add(route, "piston");
  const room = { id: "openSessionSocket", summary: "The WebSocket of a session's room", maxBytes: maxFrameBytes };
  paths[openApiPath(socketPath(":sessionId"))] = { get: socketOperation(room) };
  const call = { id: "openCallSocket", summary: "The WebSocket of a session's call", maxBytes: maxMediaFrameBytes };
  paths[openApiPath(mediaPath(":sessionId"))] = { get: socketOperation(call) };
  paths[pistonConnectPath] = { get: pistonSocketOperation };
  return {
    openapi: "3.1.0",
    info: {
      title: "Greenroom",
      version: "1",
      description: "The HTTP interface of a Greenroom, and where its WebSocket is.",
    },
    servers: [{ url: publicUrl }],
    tags,
    paths,
    components: {
      schemas: { ErrorBody: plain(ErrorBody) },
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: `A short-lived access token (audience "${accessTokenAudience}"), from log-in, refresh or redeeming an invite.`,
        },
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "An API key to the judge, which an administrator makes.",
        },
      },
    },
  };
}

const keyInPath = "A client that cannot send a key has it in its base URL: /k/KEY/api/… instead of /api/….";

const tags = [
  { name: "auth", description: "Accounts, log-in, invites and API keys" },
  { name: "sessions", description: "Sessions, their runs and their invites" },
  { name: "problems", description: "The company's problems" },
  { name: "room", description: "The live side of a session" },
  { name: "judge", description: `Runs of programs, for programs with an API key. ${keyInPath}` },
  {
    name: "piston",
    description: `Piston's API v2: a client written for it needs this base URL, and no other change. ${keyInPath}`,
  },
];

/** `/users/:userId` as `/users/{userId}`. */
export function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}

function operation(route: Route, tag: string): Json {
  const parameters = [...parametersOf(route.params, "path"), ...parametersOf(route.query, "query")];
  return {
    operationId: operationId(route),
    tags: [tag],
    summary: route.summary,
    description: whoMayCall[route.access],
    security: securityOf(route.access),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { [route.bodyType ?? "application/json"]: { schema: plain(route.body) } },
          },
        }
      : {}),
    responses: {
      200: {
        description: "Done",
        content: { [route.responseType ?? "application/json"]: { schema: plain(route.response) } },
      },
      ...errorResponses(route),
    },
  };
}

function securityOf(access: Route["access"]): Json[] {
  if (access === "public") return [];
  return [access === "key" ? { apiKey: [] } : { accessToken: [] }];
}

const whoMayCall: Record<Route["access"], string> = {
  public: "Anybody may call this.",
  user: "Needs the access token of an account.",
  admin: "Needs the access token of an administrator.",
  guest: "Needs the access token of a guest.",
  any: "Needs the access token of an account or of a guest.",
  key: "Needs an API key.",
  service: "For Greenroom's own services.",
};

/** `PATCH /api/auth/users/:userId` as `patchAuthUsersByUserId`. */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api\//, "")
    .split(/[/-]/)
    .map((word) => (word.startsWith(":") ? `by-${word.slice(1)}` : word))
    .flatMap((word) => word.split("-"));
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function parametersOf(schema: TSchema | undefined, place: "path" | "query"): Json[] {
  if (!schema) return [];
  // Params and query are objects in every route: a URL has nothing else.
  const { properties, required = [] } = plain(schema) as { properties: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

/** One response a status, naming every code that comes with it. */
function errorResponses(route: Route): Record<number, Json> {
  const own: ErrorCode[] = route.access === "public" ? [] : ["unauthenticated", "not-allowed"];
  const byStatus = new Map<number, Set<ErrorCode>>();
  for (const code of [...route.errors, ...own, ...generalErrors]) {
    const codes = byStatus.get(errorStatus[code]) ?? new Set<ErrorCode>();
    byStatus.set(errorStatus[code], codes.add(code));
  }
  const responses: Record<number, Json> = {};
  for (const [status, codes] of byStatus) {
    const named = [...codes].map((code) => `\`${code}\``).join(", ");
    responses[status] = { description: named, content: json({ $ref: "#/components/schemas/ErrorBody" }) };
  }
  return responses;
}

function json(schema: Json): Json {
  return { "application/json": { schema } };
}

/** A TypeBox schema is JSON schema once its own hidden keys are gone. */
function plain(schema: TSchema): Json {
  // What comes out of JSON is plain data, and a schema is an object.
  return JSON.parse(JSON.stringify(schema)) as Json;
}

const socketOperation = (socket: { id: string; summary: string; maxBytes: number }): Json => ({
  operationId: socket.id,
  tags: ["room"],
  summary: socket.summary,
  description: [
    `Offer two subprotocols: \`${subprotocol}\` and \`${accessTokenPrefix}<access token>\`; the first is chosen.`,
    `Frames are JSON text of at most ${socket.maxBytes} bytes. packages/shared/PROTOCOL.md describes each of them.`,
    `Refusals come as close codes: ${Object.entries(closeCodes)
      .map(([reason, code]) => `${code} \`${reason}\``)
      .join(", ")}.`,
  ].join("\n\n"),
  security: [{ accessToken: [] }],
  parameters: [{ name: "sessionId", in: "path", required: true, schema: { type: "string", format: "uuid" } }],
  responses: {
    101: { description: "The socket is open" },
    400: { description: "Not an upgrade, or a malformed one" },
    403: { description: "The page that asks is of another origin" },
  },
});

const pistonSocketOperation: Json = {
  operationId: "openPistonSocket",
  tags: ["piston"],
  summary: "Piston's API: a WebSocket on which a program runs live",
  description: [
    "The first message is an `init` like the body of execute, within a second; then come `data` for stdin and `signal`.",
    "It answers with `runtime`, `stage`, `data`, `exit` and `error`, and closes with 4999 when the program has ended. docs/piston.md says more.",
  ].join("\n\n"),
  security: [{ apiKey: [] }],
  responses: {
    101: { description: "The socket is open" },
    400: { description: "Not an upgrade, or a malformed one" },
    401: { description: "There is no such key" },
    429: { description: "Too many sockets of one address" },
  },
};
