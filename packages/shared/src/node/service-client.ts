import { ApiError, type ErrorBody } from "../api/error.ts";
import type { BodyOf, ErrorCode, ParamsOf, ResponseOf, Route } from "../api/route.ts";
import { errorStatus } from "../api/route.ts";

/** Calls one of another service's internal routes. Its refusals are thrown as they are, its silence as "unavailable". */
export type CallService = <const R extends Route>(
  route: R,
  input: { params?: ParamsOf<R>; body?: BodyOf<R> },
) => Promise<ResponseOf<R>>;

const timeoutMs = 3_000;

/** @param options.name of the service that is called, in words */
export function createServiceClient(options: { name: string; url: string; serviceSecret: string }): CallService {
  return async (route, { params, body }) => {
    const path = route.path.replaceAll(/:(\w+)/g, (_match, name: string) =>
      encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[name] ?? "")),
    );
    const answer = await fetch(new URL(path, options.url), {
      method: route.method,
      headers: {
        authorization: `Service ${options.serviceSecret}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new ApiError("unavailable", `The ${options.name} service does not answer.`, { cause });
    });
    // A service answers with the route's response or with an ErrorBody: its own tests hold it to that.
    const value: unknown = await answer.json();
    if (answer.ok) return value as ResponseOf<typeof route>;
    const { code, message } = value as ErrorBody;
    throw new ApiError(code in errorStatus ? (code as ErrorCode) : "internal-error", message);
  };
}
