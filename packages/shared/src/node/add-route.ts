import { timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";
import type { AccessClaims, GuestClaims, UserClaims } from "../api/access.ts";
import { ApiError } from "../api/error.ts";
import type { ApiKey } from "../api/key-routes.ts";
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "../api/route.ts";
import type { VerifyAccessToken } from "./access-token.ts";
import type { Server } from "./server.ts";

/** Who calls a route of programs: the bearer of an API key or, where an installation lets them, anybody. */
export type KeyCaller =
  | {
      readonly kind: "key";
      readonly key: ApiKey;
      /** What answers to this key's callbacks are signed with. */
      readonly callbackSecret: string;
    }
  | { readonly kind: "keyless"; readonly address: string };

/** How callers prove who they are. What a service has no routes for, it needs no guard for. */
export interface RouteGuards {
  readonly verifyAccessToken?: VerifyAccessToken | undefined;
  readonly serviceSecret?: string;
  readonly checkKey?: (request: FastifyRequest) => Promise<KeyCaller>;
}

type ClaimsOf<R extends Route> = R["access"] extends "user" | "admin"
  ? UserClaims
  : R["access"] extends "guest"
    ? GuestClaims
    : R["access"] extends "any"
      ? AccessClaims
      : R["access"] extends "key"
        ? KeyCaller
        : undefined;

/** What a handler gets: everything checked, and typed by the route. */
export interface RouteInput<R extends Route> {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  readonly claims: ClaimsOf<R>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Registers a route: who calls is checked first, then what was sent, then the handler runs. */
export function addRoute<const R extends Route>(
  server: Server,
  guards: RouteGuards,
  route: R,
  handle: (input: RouteInput<R>) => Promise<ResponseOf<R>>,
): void {
  const checks = { params: checkOf(route.params), query: checkOf(route.query), body: checkOf(route.body) };
  server.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const claims = await authorise(route, guards, request);
      // The checks below are what make these types true; Fastify itself knows them as unknown.
      const input = {
        params: checks.params(convert(route.params, request.params)),
        query: checks.query(convert(route.query, request.query)),
        // JSON knows its own types: what is of another than it should be is a mistake.
        body: checks.body(request.body),
        claims,
        request,
        reply,
      } as RouteInput<R>;
      const answer = await handle(input);
      // Fastify sends no body for null; JSON's own null keeps every answer readable the same way.
      return answer === null ? reply.type("application/json").send("null") : answer;
    },
  });
}

async function authorise(
  route: Route,
  guards: RouteGuards,
  request: FastifyRequest,
): Promise<AccessClaims | KeyCaller | undefined> {
  const header = request.headers.authorization;
  if (route.access === "public") return undefined;
  if (route.access === "service") return requireService(guards.serviceSecret, header);
  if (route.access === "key") {
    if (!guards.checkKey) throw new Error(`${route.path} is for API keys, and nothing here checks them.`);
    return guards.checkKey(request);
  }
  const token = /^Bearer (\S+)$/.exec(header ?? "")?.[1];
  if (!token || !guards.verifyAccessToken) throw new ApiError("unauthenticated", "This needs an access token.");
  const claims = await guards.verifyAccessToken(token);
  const allowed =
    route.access === "any" ||
    (route.access === "guest" && claims.kind === "guest") ||
    (claims.kind === "user" && (route.access === "user" || (route.access === "admin" && claims.role === "admin")));
  if (!allowed) throw new ApiError("not-allowed", "Your role does not let you do this.");
  return claims;
}

function requireService(secret: string | undefined, header: string | undefined): undefined {
  const given = Buffer.from(header ?? "");
  const wanted = Buffer.from(`Service ${secret ?? ""}`);
  if (!secret || given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new ApiError("unauthenticated", "This route is for our own services.");
  return undefined;
}

/** Makes what gives a value as the schema wants it, defaults filled in, or throws ApiError "bad-request". */
function checkOf(schema: TSchema | undefined): (value: unknown) => unknown {
  if (!schema) return () => undefined;
  const validator = Compile(schema);
  const hasDefaults = JSON.stringify(schema).includes('"default":');
  return (value) => {
    const candidate = hasDefaults ? withDefaults(schema, value ?? {}) : (value ?? {});
    if (validator.Check(candidate)) return candidate;
    const [first] = Value.Errors(schema, candidate);
    const where = first?.instancePath.replace(/^\//, "").replaceAll("/", ".");
    const what = first?.message ?? "not what this route takes";
    throw new ApiError("bad-request", `${where ? `"${where}": ` : ""}${what}.`);
  };
}

/** In a URL everything is text: what should be a number is made one. */
function convert(schema: TSchema | undefined, value: unknown): unknown {
  return schema ? Value.Convert(schema, Value.Clone(value ?? {})) : undefined;
}

function withDefaults(schema: TSchema, value: unknown): unknown {
  try {
    return Value.Default(schema, Value.Clone(value));
  } catch (cause) {
    // TypeBox walks a value by recursion: one that is nested thousands deep overflows the stack.
    if (cause instanceof RangeError) throw new ApiError("bad-request", "This is nested too deeply.", { cause });
    throw cause;
  }
}
