import Docker from "dockerode";
import type { Duplex, Readable } from "node:stream";
import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import { containerMemoryBytes, containerOptions, executorLabel, sandboxLabel } from "./container-options.ts";
import type { SandboxSettings } from "./container-options.ts";

/** How long the engine may take to answer a small question. */
const answerWithinMs = 5_000;
/** How long after a container's end the engine may still say why; it usually knows before. */
const reasonWithinMs = 1_000;

/** A started container and the two streams of its first process. */
export interface SandboxContainer {
  readonly id: string;
  write: (bytes: Buffer) => void;
  /** Called once, before anything can arrive; `onLost` once, when the container or the connection has ended. */
  listen: (listener: { onOutput: (bytes: Buffer) => void; onLost: () => void }) => void;
  /** What the first process wrote to its stderr so far: its last words. */
  complaints: () => string;
  /** Raises the container's limit, for programs that may use so much. */
  allowMemory: (memoryKib: number) => Promise<void>;
  /** Of a container that has ended: whether memory ran out in it, and nobody ended it. Takes a second to be sure of a no. */
  ranOutOfMemory: () => Promise<boolean>;
  remove: () => Promise<void>;
}

export interface FoundSandbox {
  readonly containerId: string;
  readonly executorId: string;
  readonly running: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The container engine: the only place that speaks to it. It is asked for nothing but what is here. */
export class DockerEngine {
  readonly #docker: Docker;

  /** @param socketPath where the engine listens; otherwise DOCKER_HOST and its companions say so, or it is the usual place */
  constructor(socketPath?: string) {
    this.#docker = socketPath === undefined ? new Docker() : new Docker({ socketPath });
  }

  /** Rejects with the reason when the engine does not answer. */
  async ping(): Promise<void> {
    const silent = setTimeoutAsync(answerWithinMs, undefined, { ref: false }).then(() => {
      throw new Error(`The engine has not answered within ${answerWithinMs / 1000} s.`);
    });
    await Promise.race([this.#docker.ping(), silent]);
  }

  /** The id of an image's content; undefined when the engine does not have it. */
  async findImage(image: string): Promise<string | undefined> {
    try {
      return (await this.#docker.getImage(image).inspect()).Id;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The size of an image with all it is built on. */
  async imageBytes(image: string): Promise<number> {
    return (await this.#docker.getImage(image).inspect()).Size;
  }

  async pullImage(image: string): Promise<void> {
    await this.#follow(await this.#docker.pull(image));
  }

  /** Builds an image from a tar of its context, with the classic builder. */
  async buildImage(build: {
    context: Readable;
    dockerfile: string;
    tag: string;
    arguments: Record<string, string>;
  }): Promise<void> {
    const progress = await this.#docker.buildImage(build.context, {
      t: build.tag,
      dockerfile: build.dockerfile,
      buildargs: build.arguments,
      forcerm: true,
    });
    await this.#follow(progress);
  }

  async startSandbox(settings: SandboxSettings): Promise<SandboxContainer> {
    const container = await this.#docker.createContainer(containerOptions(settings));
    try {
      // Attached before it starts, so that nothing it says is missed.
      const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
      const attached = new AttachedContainer(container, stream as Duplex, () => this.#ranOutOfMemory(container.id));
      await container.start();
      return attached;
    } catch (error) {
      await container.remove({ force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** Every sandbox of an installation, whoever started it. */
  async findSandboxes(installation: string): Promise<FoundSandbox[]> {
    const found = await this.#docker.listContainers({
      all: true,
      filters: { label: [`${sandboxLabel}=${installation}`] },
    });
    return found.map((container) => ({
      containerId: container.Id,
      executorId: container.Labels[executorLabel] ?? "",
      running: container.State === "running",
      createdAt: container.Created * 1000,
    }));
  }

  async removeContainer(containerId: string): Promise<void> {
    await removeQuietly(this.#docker.getContainer(containerId));
  }

  /** The engine remembers its latest events, and tells those that are still to come. */
  async #ranOutOfMemory(containerId: string): Promise<boolean> {
    const filters = { container: [containerId], event: ["oom", "kill"] };
    const events = await this.#docker.getEvents({ since: 1, filters });
    return findOutOfMemory(events as Readable); // an HTTP response
  }

  /** Waits for the end of a pull or a build; rejects with what the engine said went wrong. */
  async #follow(progress: NodeJS.ReadableStream): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#docker.modem.followProgress(
        progress,
        (error) => (error ? reject(error) : resolve()),
        (event: { error?: string }) => {
          if (event.error !== undefined) reject(new Error(event.error));
        },
      );
    });
  }
}

/** Reads events, one JSON object a line, until one says what ended the container; each was asked for by its kind. */
async function findOutOfMemory(events: Readable): Promise<boolean> {
  const timer = setTimeout(() => events.destroy(), reasonWithinMs);
  let text = "";
  try {
    for await (const chunk of events) {
      text += String(chunk);
      if (/"(Action|status)":"kill"/.test(text)) return false;
      if (/"(Action|status)":"oom"/.test(text)) return true;
    }
  } catch {
    // Nothing came in time, or the engine has gone away.
  } finally {
    clearTimeout(timer);
    events.destroy();
  }
  return false;
}

function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === 404;
}

/** Gone already, or going (409), is as good as removed. */
async function removeQuietly(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true });
  } catch (error) {
    const goingAlready =
      typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === 409;
    if (!goingAlready && !isNotFound(error)) throw error;
  }
}

/** The engine wraps each piece of stdout (1) and stderr (2): u8 stream, three zero bytes, u32 length (big-endian). */
const pieceHeaderBytes = 8;
const stdoutPiece = 1;

class AttachedContainer implements SandboxContainer {
  readonly id: string;
  readonly #container: Docker.Container;
  readonly #stream: Duplex;
  #pending: Buffer = Buffer.alloc(0);
  #complaints = "";
  readonly ranOutOfMemory: () => Promise<boolean>;

  constructor(container: Docker.Container, stream: Duplex, ranOutOfMemory: () => Promise<boolean>) {
    this.id = container.id;
    this.#container = container;
    this.#stream = stream;
    this.ranOutOfMemory = ranOutOfMemory;
    stream.pause();
    // "close" follows; until somebody listens, an error must not end the process.
    stream.on("error", () => undefined);
  }

  write(bytes: Buffer): void {
    if (!this.#stream.destroyed) this.#stream.write(bytes);
  }

  listen(listener: { onOutput: (bytes: Buffer) => void; onLost: () => void }): void {
    let lost = false;
    const onLost = (): void => {
      if (lost) return;
      lost = true;
      this.#stream.destroy();
      listener.onLost();
    };
    this.#stream.on("data", (chunk: Buffer) => this.#take(chunk, listener.onOutput));
    this.#stream.on("end", onLost);
    this.#stream.on("close", onLost);
    if (this.#stream.destroyed) onLost();
    else this.#stream.resume();
  }

  complaints(): string {
    return this.#complaints;
  }

  async allowMemory(memoryKib: number): Promise<void> {
    const bytes = containerMemoryBytes(memoryKib);
    await this.#container.update({ Memory: bytes, MemorySwap: bytes });
  }

  async remove(): Promise<void> {
    this.#stream.destroy();
    await removeQuietly(this.#container);
  }

  #take(chunk: Buffer, onOutput: (bytes: Buffer) => void): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= pieceHeaderBytes) {
      const end = pieceHeaderBytes + this.#pending.readUInt32BE(4);
      if (this.#pending.length < end) return;
      const piece = this.#pending.subarray(pieceHeaderBytes, end);
      if (this.#pending[0] === stdoutPiece) onOutput(piece);
      else this.#complaints = (this.#complaints + piece.toString()).slice(-2_000);
      this.#pending = this.#pending.subarray(end);
    }
  }
}
