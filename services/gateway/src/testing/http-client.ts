import { subprotocol } from "@greenroom/shared/protocol/version.ts";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";

export interface SeenEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

export interface HttpClientOptions {
  readonly sessionId: string;
  readonly token: string;
  readonly origin?: string;
  readonly protocol?: string;
}

/** A client of a room's frames over HTTP that does nothing by itself: it shows what came, and sends what it is told to. */
export class HttpClient {
  readonly answer: Response;
  readonly events: SeenEvent[] = [];
  isEnded = false;
  readonly #url: string;
  readonly #options: HttpClientOptions;
  readonly #abort: AbortController;

  private constructor(parts: { url: string; options: HttpClientOptions; answer: Response; abort: AbortController }) {
    this.#url = parts.url;
    this.#options = parts.options;
    this.#abort = parts.abort;
    this.answer = parts.answer;
  }

  /** @param options.isRead false: what comes is left in the network */
  static async listen(url: string, options: HttpClientOptions & { isRead?: boolean }): Promise<HttpClient> {
    const { sessionId, protocol = subprotocol } = options;
    const abort = new AbortController();
    const answer = await fetch(`${url}/api/sessions/${sessionId}/frames?protocol=${protocol}`, {
      headers: headersOf(options),
      signal: abort.signal,
    });
    const client = new HttpClient({ url, options, answer, abort });
    if (options.isRead ?? true) void client.read();
    return client;
  }

  async read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const chunk of this.answer.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const parts = text.split("\n\n");
        text = parts.pop() ?? "";
        this.events.push(...parts.filter((part) => !part.startsWith(":")).map(eventOf));
      }
    } catch {
      // The connection broke, or was let go of.
    }
    this.isEnded = true;
  }

  get frames(): string[] {
    return this.events.filter(({ event }) => event === "message").map(({ data }) => data);
  }

  /** The name to send by, once it is let in. */
  async connectionId(): Promise<string> {
    const opened = await eventually(() => {
      const found = this.events.find(({ event }) => event === "open");
      expect(found).toBeDefined();
      return found;
    });
    // The event's shape is what these tests hold.
    return (JSON.parse(opened?.data ?? "") as { connectionId: string }).connectionId;
  }

  /** What the stream was closed with, once it has ended. */
  async closed(): Promise<unknown> {
    await eventually(() => expect(this.isEnded).toBe(true));
    const last = this.events.at(-1);
    return last?.event === "close" ? JSON.parse(last.data) : undefined;
  }

  async post(
    number: number | string,
    body: string | Buffer,
    options: Partial<HttpClientOptions> & { connectionId?: string } = {},
  ): Promise<{ status: number; body: unknown }> {
    const { sessionId, ...rest } = { ...this.#options, ...options };
    const connectionId = options.connectionId ?? (await this.connectionId());
    const answer = await fetch(`${this.#url}/api/sessions/${sessionId}/frames/${connectionId}/${number}`, {
      method: "POST",
      headers: { ...headersOf(rest), "content-type": "text/plain" },
      body,
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** As a page that is left: the stream's connection is cut. */
  leave(): void {
    this.#abort.abort();
  }
}

function headersOf({ token, origin }: { token: string; origin?: string }): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...(origin === undefined ? {} : { origin }) };
}

function eventOf(part: string): SeenEvent {
  const fields = part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
  const valuesOf = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value ?? "");
  return { event: valuesOf("event")[0] ?? "message", id: valuesOf("id")[0], data: valuesOf("data").join("\n") };
}
