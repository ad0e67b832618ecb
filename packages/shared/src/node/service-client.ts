import * as http from "node:http";
import * as https from "node:https";
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
  const authorization = `Service ${options.serviceSecret}`;
  // Not `fetch`, which takes a millisecond of CPU time for a call: three times as much.
  const { Agent, request } = new URL(options.url).protocol === "http:" ? http : https;
  // Connections are kept for as long as the other side says it keeps them.
  const agent = new Agent({ keepAlive: true });
  return async (route, { params, body }) => {
    const path = route.path.replaceAll(/:(\w+)/g, (_match, name: string) =>
      encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[name] ?? "")),
    );
    const json = body === undefined ? undefined : JSON.stringify(body);
    const signal = AbortSignal.timeout(timeoutMs);
    const begin = () =>
      request(new URL(path, options.url), {
        method: route.method,
        agent,
        headers: { authorization, ...(json !== undefined && { "content-type": "application/json" }) },
        signal,
      });
    const answer = await answerOnce(begin, json).catch((cause: unknown) => {
      throw new ApiError("unavailable", `The ${options.name} service does not answer.`, { cause });
    });
    // A service answers with the route's response or with an ErrorBody: its own tests hold it to that.
    const value: unknown = JSON.parse(answer.text);
    if (answer.status < 300) return value as ResponseOf<typeof route>;
    const { code, message } = value as ErrorBody;
    throw new ApiError(code in errorStatus ? (code as ErrorCode) : "internal-error", message);
  };
}

/**
 * A kept connection may have ended just before it was used, and a service that was started anew knows nothing of it: then
 * it is asked again. It may have been asked already when it ended: at worst there is an invite then that nobody is told of.
 * https://nodejs.org/api/http.html#requestreusedsocket
 */
async function answerOnce(begin: () => http.ClientRequest, body: string | undefined): ReturnType<typeof answerTo> {
  for (;;) {
    const sent = begin();
    try {
      return await answerTo(sent, body);
    } catch (error) {
      const isReset = error instanceof Error && "code" in error && error.code === "ECONNRESET";
      if (!sent.reusedSocket || !isReset) throw error;
    }
  }
}

/** Sends a request with its body, and takes in the whole of what comes back. */
function answerTo(sent: http.ClientRequest, body: string | undefined): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    sent.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.once("error", reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
