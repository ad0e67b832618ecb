import type { BodyOf, ErrorCode, ParamsOf, QueryOf, ResponseOf, Route } from "@greenroom/shared/api/route.ts";
import type { AccessSource } from "./access.ts";

type Part<K extends string, T> = [T] extends [undefined] ? unknown : Record<K, T>;
export type RouteInput<R extends Route> = Part<"params", ParamsOf<R>> &
  Part<"query", QueryOf<R>> &
  Part<"body", BodyOf<R>>;

/** Requests that take longer are given up, in milliseconds. */
const timeoutMs = 15_000;

/** What a request failed with: a code of the server's, or "unreachable" where there was no answer. */
export class RequestFailed extends Error {
  readonly code: ErrorCode | "unreachable";
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode | "unreachable", message: string, options: { cause?: unknown; retryAfterMs?: number }) {
    super(message, { cause: options.cause });
    this.name = "RequestFailed";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * Calls a route of the contract. With an access source, a token that was refused is renewed once. Whoever gives it up by
 * the signal need not look at what it rejects with.
 */
export async function callRoute<R extends Route>(
  route: R,
  input: RouteInput<R>,
  access?: AccessSource,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ResponseOf<R>> {
  const { signal } = options;
  if (!access) return request(route, input, { signal });
  const { accessToken } = await access.get();
  try {
    return await request(route, input, { accessToken, signal });
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.code !== "unauthenticated") throw error;
    return request(route, input, { accessToken: (await access.get({ fresh: true })).accessToken, signal });
  }
}

async function request<R extends Route>(
  route: R,
  input: RouteInput<R>,
  { accessToken, signal }: { readonly accessToken?: string; readonly signal: AbortSignal | undefined },
): Promise<ResponseOf<R>> {
  // The parts of an input are those its route declares; which ones is known only to the types.
  const { params, query, body } = input as { params?: Parameters; query?: Parameters; body?: unknown };
  const headers = new Headers();
  if (accessToken) headers.set("authorization", `Bearer ${accessToken}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(urlOf(route.path, params ?? {}, query ?? {}), {
    method: route.method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    credentials: "same-origin",
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
  }).catch((cause: unknown) => {
    throw new RequestFailed("unreachable", "The server does not answer.", { cause });
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw failureOf(response, answer);
  // The server checks its answers against the same schema.
  return answer as ResponseOf<R>;
}

type Parameters = Record<string, string | number | undefined>;

function urlOf(path: string, params: Parameters, query: Parameters): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

function failureOf(response: Response, answer: unknown): RequestFailed {
  if (typeof answer === "object" && answer !== null && "code" in answer && typeof answer.code === "string") {
    const message = "message" in answer && typeof answer.message === "string" ? answer.message : answer.code;
    const retry = "retryAfterMs" in answer && typeof answer.retryAfterMs === "number" ? answer.retryAfterMs : undefined;
    // Codes come from the contract's list; an unknown one is shown by its message.
    return new RequestFailed(answer.code as ErrorCode, message, retry === undefined ? {} : { retryAfterMs: retry });
  }
  return new RequestFailed(
    response.status === 502 || response.status === 503 || response.status === 504 ? "unavailable" : "internal-error",
    `The server answered ${response.status}.`,
    {},
  );
}
