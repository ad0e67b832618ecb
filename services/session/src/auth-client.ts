import { ApiError, type ErrorBody } from "@greenroom/shared/api/error.ts";
import type { BodyOf, ErrorCode, ParamsOf, ResponseOf, Route } from "@greenroom/shared/api/route.ts";
import { errorStatus } from "@greenroom/shared/api/route.ts";

/** Calls one of the auth service's internal routes. Its refusals are thrown as they are, its silence as "unavailable". */
export type CallAuth = <const R extends Route>(
  route: R,
  input: { params?: ParamsOf<R>; body?: BodyOf<R> },
) => Promise<ResponseOf<R>>;

const timeoutMs = 3_000;

export function createAuthClient(options: { url: string; serviceSecret: string }): CallAuth {
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
      throw new ApiError("unavailable", "The auth service does not answer.", { cause });
    });
    // The auth service answers with the route's response or with an ErrorBody: its own tests hold it to that.
    const value: unknown = await answer.json();
    if (answer.ok) return value as ResponseOf<typeof route>;
    const { code, message } = value as ErrorBody;
    throw new ApiError(code in errorStatus ? (code as ErrorCode) : "internal-error", message);
  };
}
