import { randomUUID } from "node:crypto";
import { ApiError } from "@greenroom/shared/api/error.ts";
import { pistonConnectPath } from "@greenroom/shared/api/piston-routes.ts";
import { maxInputLength, maxLiveInputBytes, RunSignal, type RunOrder } from "@greenroom/shared/jobs/run-stream.ts";
import type { KeyCaller } from "@greenroom/shared/node/add-route.ts";
import { fromTheBeginning } from "@greenroom/shared/node/runs/run-news.ts";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { FastifyRequest } from "fastify";
import { Value } from "typebox/value";
import type { RawData, WebSocket } from "ws";
import { beginRun, type BegunRun } from "../begin-run.ts";
import type { Context } from "../context.ts";
import { mayType } from "../routes/runs.ts";
import { followRun } from "../run/follow-run.ts";
import { offeredLanguages, pistonRuntime } from "./runtimes.ts";
import { type PistonJob, readJob } from "./read-job.ts";
import { signalNames } from "./signal-names.ts";
import { StageTeller } from "./stage-teller.ts";

/** Piston's close codes and reasons (api/src/api/v2.js). */
const closes = {
  alreadyInitialized: [4000, "Already Initialized"],
  initializationTimeout: [4001, "Initialization Timeout"],
  notifiedError: [4002, "Notified Error"],
  notYetInitialized: [4003, "Not yet initialized"],
  notStdin: [4004, "Can only write to stdin"],
  invalidSignal: [4005, "Invalid signal"],
  jobCompleted: [4999, "Job Completed"],
} as const;

const initWithinMs = 1_000;
/** Orders on their way to Redis above which nothing more is read from a client. */
const ordersAtOnce = 200;
/** Whoever takes nothing for so long is gone. */
const takesWithinMs = 30_000;

/** Piston's WebSocket: a program is run live, its stdin and signals come as messages, its output goes as messages. */
export function addConnectRoute(server: Server, context: Context): void {
  const callers = new WeakMap<FastifyRequest, KeyCaller>();
  server.route({
    method: "GET",
    url: pistonConnectPath,
    // Before the upgrade: who may not come in is told so by HTTP.
    preValidation: async (request) => {
      callers.set(request, await context.keys.check(request));
    },
    handler: async () => {
      throw new ApiError("bad-request", "This is a WebSocket.");
    },
    wsHandler: (socket, request) => {
      const caller = callers.get(request);
      if (caller) Connection.create(context, caller, socket);
      else socket.close();
    },
  });
}

class Connection {
  readonly #context: Context;
  readonly #caller: KeyCaller;
  readonly #socket: WebSocket;
  readonly #runId = randomUUID();
  readonly #gone = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #initialized = false;
  /** The run is there; before, there is nothing to stop. */
  #begun = false;
  #ended = false;
  /** Orders are given one after another. */
  #orders: Promise<void> = Promise.resolve();
  #ordersWaiting = 0;
  #typedBytes = 0;

  /** It lives as long as its socket, from whose events it hears. */
  static create(context: Context, caller: KeyCaller, socket: WebSocket): Connection {
    return new Connection(context, caller, socket);
  }

  private constructor(context: Context, caller: KeyCaller, socket: WebSocket) {
    this.#context = context;
    this.#caller = caller;
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#close("initializationTimeout"), initWithinMs);
    socket.on("message", (data) => this.#receive(data));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => this.#leave());
  }

  #close(why: keyof typeof closes): void {
    const [code, reason] = closes[why];
    this.#socket.close(code, reason);
  }

  /** Nobody listens: the program need not go on. */
  #leave(): void {
    clearTimeout(this.#timer);
    this.#gone.abort();
    if (this.#begun && !this.#ended) this.#order({ type: "stop" });
  }

  #receive(data: RawData): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    try {
      // Text arrives as one Buffer: no other binary type was asked for.
      const message: unknown = JSON.parse((data as Buffer).toString());
      this.#handle((typeof message === "object" && message !== null ? message : {}) as Record<string, unknown>);
    } catch (error) {
      void this.#fail(error);
    }
  }

  #handle(message: Record<string, unknown>): void {
    const { type } = message;
    if (type === "init") {
      if (this.#initialized) return this.#close("alreadyInitialized");
      const job = readJob(message, offeredLanguages(this.#context.availability.current));
      this.#initialized = true;
      clearTimeout(this.#timer);
      this.#run(job).catch((error: unknown) => this.#fail(error));
    } else if (type === "data") {
      if (!this.#initialized) return this.#close("notYetInitialized");
      if (message["stream"] !== "stdin") return this.#close("notStdin");
      this.#type(String(message["data"] ?? ""));
    } else if (type === "signal") {
      if (!this.#initialized) return this.#close("notYetInitialized");
      const { signal } = message;
      if (typeof signal !== "string" || !signalNames.has(signal)) return this.#close("invalidSignal");
      if (Value.Check(RunSignal, signal)) this.#order({ type: "signal", signal });
    }
  }

  async #run(job: PistonJob): Promise<void> {
    const begun = await beginRun(this.#context, {
      caller: this.#caller,
      door: "connect",
      runId: this.#runId,
      program: { language: job.language.id, files: job.files },
      task: { kind: "free", input: { kind: "live" }, arguments: job.arguments },
      limits: job.limits,
      isBatch: false,
      callbackUrl: undefined,
    });
    if (!begun) throw new Error("A new run has the id of another.");
    this.#begun = true;
    // It may have been left while the run was made.
    if (this.#gone.signal.aborted) return this.#order({ type: "stop" });
    await this.#tell(job, begun);
  }

  async #tell(job: PistonJob, { followed }: BegunRun): Promise<void> {
    const { language, version } = pistonRuntime(job.language);
    await this.#send({ type: "runtime", language, version });
    const teller = new StageTeller(job.language.id, (message) => this.#send(message));
    const run = { runId: this.#runId, followed, afterId: fromTheBeginning, signal: this.#gone.signal };
    for await (const event of followRun(this.#context, run)) {
      if (event.kind === "state" && event.state === "running") await teller.begin();
      if (event.kind === "news" && event.news.kind === "chunk") await teller.output(event.news.chunk);
      if (event.kind === "end") {
        this.#ended = true;
        await teller.end(event.end);
        this.#close("jobCompleted");
      }
    }
  }

  #type(text: string): void {
    // What is typed beyond the bound is dropped, and need not wait until then.
    if (this.#typedBytes > maxLiveInputBytes) return;
    this.#typedBytes += Buffer.byteLength(text);
    for (let start = 0; start < text.length; start += maxInputLength)
      this.#order({ type: "input", text: text.slice(start, start + maxInputLength) });
  }

  #order(order: RunOrder): void {
    const { queue, logger } = this.#context;
    this.#ordersWaiting += 1;
    if (this.#ordersWaiting > ordersAtOnce) this.#socket.pause();
    this.#orders = this.#orders
      .then(async () => {
        if (await mayType(this.#context, this.#runId, order)) await queue.order(this.#runId, order);
      })
      .catch((error: unknown) => logger.warn({ err: error, runId: this.#runId }, "An order could not be given"))
      .then(() => {
        this.#ordersWaiting -= 1;
        if (this.#ordersWaiting === 0) this.#socket.resume();
      });
  }

  /** Resolves once it is on its way. */
  async #send(message: Record<string, unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.#socket.terminate(), takesWithinMs);
    this.#socket.send(JSON.stringify(message), () => resolve());
    await promise;
    clearTimeout(timer);
  }

  async #fail(error: unknown): Promise<void> {
    const isOurs = !(error instanceof ApiError) && !(error instanceof SyntaxError);
    if (isOurs) this.#context.logger.error({ err: error, runId: this.#runId }, "A connection failed");
    if (error instanceof ApiError) this.#context.metrics.refused(error.code);
    const message = error instanceof Error && !isOurs ? error.message : "Something went wrong on our side.";
    await this.#send({ type: "error", message });
    this.#close("notifiedError");
  }
}
