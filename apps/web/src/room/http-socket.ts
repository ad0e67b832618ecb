import {
  listenToFrames,
  sendFrames,
  type StreamClosed,
  streamEvents,
  type StreamOpened,
} from "@greenroom/shared/api/frame-routes.ts";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { subprotocol } from "@greenroom/shared/protocol/version.ts";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { AccessLost } from "../api/access.ts";
import type { FrameSocket, FrameSocketOptions } from "./frame-socket.ts";

/** UTF-16 units of one POST's body: at most three bytes each, which is below what the server takes. [T10] */
const bodyAtMost = 64 * 1024;
/** Between the beginnings of two POSTs, so that nobody who types posts more often than the server lets them. [T10] */
const postEveryMs = 10;
const postWithinMs = 10_000;
/** Until a POST that was lost is sent again: at first, and at most. */
const againAfterMs = { first: 100, longest: 2000 };
/** Answers to a POST after which the same one again could not be taken either. */
const hopeless: ReadonlySet<number> = new Set([400, 403, 404, 405, 409, 413]);

/** The connection broke, or was never there: what a WebSocket's close event says of it (RFC 6455 7.4.1). */
const broken = 1006;

/** A room's frames over HTTP: down as server-sent events of one long answer, up in POSTs. [T8] */
export class HttpSocket implements FrameSocket {
  readonly #options: FrameSocketOptions;
  readonly #abort = new AbortController();
  #connectionId: string | undefined;
  #framesDown = 0;
  /** Frames that no POST has taken yet, each with its line feed. */
  #unsent = "";
  #owesAnswer = false;
  #isPosting = false;
  #posts = 0;

  constructor(options: FrameSocketOptions) {
    this.#options = options;
    void this.#listen();
  }

  get isOpen(): boolean {
    return this.#connectionId !== undefined && !this.#abort.signal.aborted;
  }

  send(text: string): void {
    this.#unsent += `${text}\n`;
    void this.#post();
  }

  close(): void {
    this.#abort.abort();
  }

  #closed(code: number): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#options.onClosed(code);
  }

  async #listen(): Promise<void> {
    const path = listenToFrames.path.replace(":sessionId", this.#options.sessionId);
    const url = new URL(`${path}?${new URLSearchParams({ protocol: subprotocol })}`, this.#options.origin);
    try {
      const answer = await fetch(url, {
        headers: { accept: "text/event-stream", authorization: `Bearer ${this.#options.accessToken}` },
        cache: "no-store",
        signal: this.#abort.signal,
      });
      if (answer.ok && answer.body) await this.#read(answer.body);
    } catch {
      // It broke: said below, as where it ended without a word.
    }
    this.#closed(broken);
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({ onEvent: (event) => this.#receive(event) });
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      parser.feed(decoder.decode(part.value, { stream: true }));
  }

  /** Events come from the server that served this page: their shapes are its own. [T9] */
  #receive({ event, id, data }: EventSourceMessage): void {
    if (this.#abort.signal.aborted) return;
    switch (event) {
      case undefined:
        this.#framesDown += 1;
        // One that a proxy lost or sent twice.
        if (Number(id) !== this.#framesDown) return this.#closed(broken);
        return this.#options.onMessage(data);
      case streamEvents.open:
        this.#connectionId = (JSON.parse(data) as StreamOpened).connectionId;
        return void this.#post();
      case streamEvents.ping:
        this.#owesAnswer = true;
        return void this.#post();
      case streamEvents.close:
        return this.#closed((JSON.parse(data) as StreamClosed).code);
    }
  }

  /** One POST after the other, for as long as there is something to send; what comes meanwhile goes with the next. */
  async #post(): Promise<void> {
    if (this.#isPosting) return;
    this.#isPosting = true;
    // What is sent in one go goes in one body.
    await Promise.resolve();
    while (this.isOpen && (this.#unsent !== "" || this.#owesAnswer)) {
      const gap = delay(postEveryMs);
      const body = this.#unsent.slice(0, lengthOfBody(this.#unsent));
      this.#unsent = this.#unsent.slice(body.length);
      this.#owesAnswer = false;
      this.#posts += 1;
      await this.#deliver(this.#posts, body);
      await gap;
    }
    this.#isPosting = false;
  }

  /** Sends it until it is answered: the server knows one that it has already. [T10] */
  async #deliver(number: number, body: string): Promise<void> {
    let wait = againAfterMs.first;
    for (let status = await this.#try({ number, body }); this.isOpen && status !== 200;) {
      if (hopeless.has(status)) return this.#closed(broken);
      const fresh = status === 401;
      if (!fresh) await delay(wait);
      wait = Math.min(wait * 2, againAfterMs.longest);
      status = await this.#try({ number, body, fresh });
      if (fresh && status === 401) return this.#closed(closeCodes.unauthenticated);
    }
  }

  /** The answer's status; 0 where there was none. */
  async #try(post: { number: number; body: string; fresh?: boolean }): Promise<number> {
    const path = sendFrames.path
      .replace(":sessionId", this.#options.sessionId)
      .replace(":connectionId", this.#connectionId ?? "")
      .replace(":number", String(post.number));
    try {
      const { accessToken } = await this.#options.access.get({ fresh: post.fresh ?? false });
      const answer = await fetch(new URL(path, this.#options.origin), {
        method: "POST",
        headers: { authorization: `Bearer ${accessToken}`, "content-type": "text/plain;charset=utf-8" },
        body: post.body,
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(postWithinMs)]),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch (error) {
      return error instanceof AccessLost ? 401 : 0;
    }
  }
}

/** As much as one body holds, and no half of a surrogate pair, which would not survive being encoded. */
function lengthOfBody(text: string): number {
  if (text.length <= bodyAtMost) return text.length;
  const last = text.charCodeAt(bodyAtMost - 1);
  return last >= 0xd8_00 && last <= 0xdb_ff ? bodyAtMost - 1 : bodyAtMost;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
