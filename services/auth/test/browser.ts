import type { ErrorBody } from "@greenroom/shared/api/error.ts";
import type { BodyOf, ParamsOf, ResponseOf, Route } from "@greenroom/shared/api/route.ts";

export interface CallInput<R extends Route> {
  readonly params?: ParamsOf<R>;
  readonly body?: BodyOf<R>;
  readonly accessToken?: string;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Calls routes and keeps cookies as a browser does; two of these are two people. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Another browser with the same cookies: a thief's, or a request that was sent before this one's was answered. */
  copy(): Browser {
    const copy = new Browser(this.#url);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  /** The answer as it comes. */
  async ask<const R extends Route>(route: R, input: CallInput<R> = {}): Promise<Answer> {
    const headers: Record<string, string> = { ...input.headers };
    if (input.accessToken) headers["authorization"] = `Bearer ${input.accessToken}`;
    if (input.body !== undefined) headers["content-type"] = "application/json";
    if (this.cookies.size > 0)
      headers["cookie"] = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const params = Object.entries((input.params ?? {}) as Record<string, string>);
    const path = params.reduce((filled, [name, value]) => filled.replace(`:${name}`, value), route.path as string);
    const answer = await fetch(this.#url + path, {
      method: route.method,
      headers,
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    });
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie);
    return { status: answer.status, body: await answer.json(), headers: answer.headers };
  }

  /** The body of a success. */
  async call<const R extends Route>(route: R, input: CallInput<R> = {}): Promise<ResponseOf<R>> {
    const answer = await this.ask(route, input);
    if (answer.status !== 200) throw new Error(`${route.path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    // What the route promises; the service's own types hold it.
    return answer.body as ResponseOf<R>;
  }

  /** The error a refused call names. */
  async refusal<const R extends Route>(route: R, input: CallInput<R> = {}): Promise<ErrorBody & { status: number }> {
    const answer = await this.ask(route, input);
    if (answer.status < 400) throw new Error(`${route.path} was not refused: ${JSON.stringify(answer.body)}`);
    return { ...(answer.body as ErrorBody), status: answer.status };
  }

  #keep(cookie: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    const expires = /expires=([^;]+)/i.exec(cookie)?.[1];
    if (expires !== undefined && Date.parse(expires) <= Date.now()) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
