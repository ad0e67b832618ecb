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

/** A request, its body, and until when its answer is of use, by `performance.now()`. */
interface Asked {
  readonly begin: () => http.ClientRequest;
  readonly body: string | undefined;
  readonly until: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * @param options.name of the service that is called, in words
 * @param options.answerWithinMs how long the whole of an answer may take
 */
export function createServiceClient(options: {
  name: string;
  url: string;
  serviceSecret: string;
  answerWithinMs?: number;
}): CallService {
  const { name, url, serviceSecret, answerWithinMs = 3_000 } = options;
  const authorization = `Service ${serviceSecret}`;
  // Not `fetch`, which takes a millisecond of CPU time for a call: three times as much.
  const { Agent, request } = new URL(url).protocol === "http:" ? http : https;
  // Connections are kept for as long as the other side says it keeps them.
  const agent = new Agent({ keepAlive: true });
  return async (route, { params, body }) => {
    const path = route.path.replaceAll(/:(\w+)/g, (_match, parameter: string) =>
      encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[parameter] ?? "")),
    );
    const json = body === undefined ? undefined : JSON.stringify(body);
    const begin = () =>
      request(new URL(path, url), {
        method: route.method,
        agent,
        headers: { authorization, ...(json !== undefined && { "content-type": "application/json" }) },
      });
    const until = performance.now() + answerWithinMs;
    const answer = await answerOnce({ begin, body: json, until }).catch((cause: unknown) => {
      throw new ApiError("unavailable", `The ${name} service does not answer.`, { cause });
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
async function answerOnce(asked: Asked): Promise<Answer> {
  for (;;) {
    const sent = asked.begin();
    try {
      return await answerTo(sent, asked);
    } catch (error) {
      const isReset = error instanceof Error && "code" in error && error.code === "ECONNRESET";
      if (!sent.reusedSocket || !isReset) throw error;
    }
  }
}

/** Sends a request with its body, and takes in the whole of what comes back. */
async function answerTo(sent: http.ClientRequest, { body, until }: Asked): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const answered = new Promise<Answer>((resolve, reject) => {
    // Not AbortSignal.timeout, which makes its error, with a stack, after answers that came in time, too.
    timer = setTimeout(() => {
      reject(new Error("It takes too long."));
      sent.destroy();
    }, until - performance.now());
    sent.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    // Not once: what is given up above breaks afterwards.
    sent.on("error", reject);
    sent.end(body);
  });
  return await answered.finally(() => clearTimeout(timer));
}
