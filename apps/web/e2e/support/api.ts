import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "@greenroom/shared/api/route.ts";

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly cookies: readonly string[];
}

/** Calls a route through the gateway as a program would, with the token it is given and nothing else. */
export async function call<const R extends Route>(
  url: string,
  route: R,
  input: {
    params?: ParamsOf<R>;
    query?: QueryOf<R>;
    body?: BodyOf<R>;
    token?: string;
    cookies?: readonly string[];
  } = {},
): Promise<Answer<ResponseOf<R>>> {
  const params = (input.params ?? {}) as Record<string, unknown>;
  const path = route.path.replaceAll(/:(\w+)/g, (_match, name: string) => encodeURIComponent(String(params[name])));
  const address = new URL(path, url);
  for (const [name, value] of Object.entries(input.query ?? {})) address.searchParams.set(name, String(value));
  const answer = await fetch(address, {
    method: route.method,
    headers: {
      ...(input.body === undefined ? {} : { "content-type": "application/json" }),
      ...(input.token === undefined ? {} : { authorization: `Bearer ${input.token}` }),
      ...(input.cookies === undefined ? {} : { cookie: input.cookies.join("; ") }),
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
  });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
  return { status: answer.status, body: (await answer.json()) as ResponseOf<R>, cookies };
}
