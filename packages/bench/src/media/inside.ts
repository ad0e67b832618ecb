import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Inspector, type Memory } from "../documents/inspector.ts";
import type { MediaGround } from "./media-ground.ts";
import { countFiles, type OpenFiles, openFiles } from "./open-files.ts";

/** What is there in the media service and its Worker. */
export interface Held {
  /** In the Worker, by its own dumps. */
  readonly routers: number;
  readonly transports: number;
  /** Objects of mediasoup's that the service has not let go of, after garbage collection. */
  readonly producers: number;
  readonly consumers: number;
  readonly files: number;
  readonly workerFiles: number;
}

/** By module and class in mediasoup's package: CommonJS, whose modules stay in `require.cache`. */
const prototypeOf = (file: string, name: string): string => `(() => {
  const { cache } = process.getBuiltinModule("module").createRequire(process.argv[1]);
  const key = Object.keys(cache).find((path) => path.endsWith("/mediasoup/node/lib/${file}.js"));
  return cache[key].exports.${name}.prototype;
})()`;

const count = "function () { return this.filter(({ closed }) => closed !== undefined).length; }";

/** The media service's process and its Worker's, seen from outside and through the inspector. */
export class MediaInside {
  readonly #pid: number;
  readonly #inspector: Inspector;
  readonly #ports: Readonly<Record<string, number>>;

  private constructor(pid: number, inspector: Inspector, ports: Readonly<Record<string, number>>) {
    this.#pid = pid;
    this.#inspector = inspector;
    this.#ports = ports;
  }

  static async create({ house }: MediaGround): Promise<MediaInside> {
    const pid = house.stack.pid("media");
    if (pid === undefined) throw new Error("There is no media service.");
    const inspector = await Inspector.create(pid, join(house.dataDir, "logs/media.log"));
    return new MediaInside(pid, inspector, house.stack.ports);
  }

  /** Of the service alone, in bytes, after garbage collection. */
  memory(): Promise<Memory> {
    return this.#inspector.memory();
  }

  /** Of the Worker, in bytes. */
  workerResident(): number {
    const kB = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#worker()}/status`, "utf8"))?.[1];
    return Number(kB) * 1024;
  }

  /** What the service has open, by what it is. */
  openFiles(): OpenFiles {
    return openFiles(this.#pid, this.#ports);
  }

  async held(): Promise<Held> {
    const of = (file: string, name: string, declaration: string): Promise<unknown> =>
      this.#inspector.ofAll(prototypeOf(file, name), declaration);
    // In a turn of its own: the inspector breaks into what runs, which may be mediasoup writing to its Worker just then.
    const sum = (list: string): string =>
      `async function () { await new Promise(setImmediate); const dumps = await Promise.all(this.filter(({ closed }) => closed === false).map((each) => each.dump()));
        return dumps.reduce((sum, dump) => sum + dump.${list}.length, 0); }`;
    return {
      routers: Number(await of("Worker", "WorkerImpl", sum("routerIds"))),
      transports: Number(await of("WebRtcServer", "WebRtcServerImpl", sum("webRtcTransportIds"))),
      producers: Number(await of("Producer", "ProducerImpl", count)),
      consumers: Number(await of("Consumer", "ConsumerImpl", count)),
      files: countFiles(this.openFiles()),
      workerFiles: countFiles(openFiles(this.#worker(), {})),
    };
  }

  async close(): Promise<void> {
    await this.#inspector.close();
  }

  #worker(): string {
    const isWorker = (pid: string): boolean => {
      try {
        return new RegExp(`^PPid:\\s+${this.#pid}$`, "m").test(readFileSync(`/proc/${pid}/status`, "utf8"));
      } catch {
        return false; // it has ended meanwhile
      }
    };
    const worker = readdirSync("/proc").find((entry) => /^\d+$/.test(entry) && isWorker(entry));
    if (worker === undefined) throw new Error("The media service has no Worker.");
    return worker;
  }
}
