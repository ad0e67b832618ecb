import { createConnection, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { freePort } from "@greenroom/shared/testing/free-port.ts";

/** What lies between one person and the gateway: a port that passes bytes on, late, or not at all. */
export class Network {
  readonly url: string;
  /** Every piece of bytes takes so long, in milliseconds, at the least and at the most. */
  delay = { least: 0, most: 0 };
  readonly #gatewayPort: number;
  readonly #random: () => number;
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #isCut = false;

  static async create(options: { gatewayUrl: string; random: () => number }): Promise<Network> {
    const port = await freePort();
    const network = new Network({ ...options, port });
    network.#server.listen(port, "127.0.0.1");
    await once(network.#server, "listening");
    return network;
  }

  private constructor(options: { gatewayUrl: string; random: () => number; port: number }) {
    this.url = `http://127.0.0.1:${options.port}`;
    this.#gatewayPort = Number(new URL(options.gatewayUrl).port);
    this.#random = options.random;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#connect(near));
  }

  #connect(near: Socket): void {
    if (this.#isCut) return void near.destroy();
    const far = createConnection({ port: this.#gatewayPort, host: "127.0.0.1", allowHalfOpen: true });
    const pause = () => this.delay.least + this.#random() * (this.delay.most - this.delay.least);
    const line = new Line(near, far, pause);
    this.#lines.add(line);
    far.once("close", () => this.#lines.delete(line));
  }

  /** Every connection breaks, and new ones can be made at once. */
  drop(): void {
    for (const line of this.#lines) line.destroy();
  }

  /**
   * Every connection breaks for the person alone: what they had sent arrives later, perhaps after what they send on their
   * next connection.
   */
  breakLate(lateMs: number): void {
    for (const line of this.#lines) line.breakLate(lateMs);
  }

  /** The gateway hears that nothing more comes, and the person hears nothing. */
  halfClose(): void {
    for (const line of this.#lines) line.halfClose();
  }

  /** Nothing passes any more on the connections that there are, and nobody is told. */
  swallow(): void {
    for (const line of this.#lines) line.swallow();
  }

  /** There is no way at all until `heal`. */
  cut(): void {
    this.#isCut = true;
    this.drop();
  }

  heal(): void {
    this.#isCut = false;
    this.delay = { least: 0, most: 0 };
    for (const line of this.#lines) if (line.isSwallowing) line.destroy();
  }

  close(): void {
    this.#isCut = true;
    this.drop();
    this.#server.close();
  }
}

/** One connection, in order in each direction. */
class Line {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #pause: () => number;
  #lateMs = 0;
  isSwallowing = false;

  constructor(near: Socket, far: Socket, pause: () => number) {
    this.#near = near;
    this.#far = far;
    this.#pause = pause;
    near.setNoDelay(true);
    far.setNoDelay(true);
    this.#pass(near, far, () => this.#lateMs);
    this.#pass(far, near, () => 0);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    far.on("close", () => near.destroy());
  }

  #pass(from: Socket, to: Socket, lateMs: () => number): void {
    let last = Promise.resolve();
    const later = (act: () => void): void => {
      last = last
        .then(() => sleep(this.#pause() + lateMs()))
        .then(() => {
          if (!this.isSwallowing && !to.destroyed) act();
        });
    };
    from.on("data", (bytes) => later(() => to.write(bytes)));
    from.on("end", () => later(() => to.end()));
  }

  destroy(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  breakLate(lateMs: number): void {
    this.#lateMs = lateMs;
    // The far end stays until what is on its way has arrived.
    this.#near.destroy();
    setTimeout(() => this.#far.destroy(), lateMs * 2).unref();
  }

  halfClose(): void {
    this.#far.end();
  }

  swallow(): void {
    this.isSwallowing = true;
  }
}

const sleep = (ms: number): Promise<void> =>
  ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
