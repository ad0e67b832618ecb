import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Keeps a data directory to one stack. The lock is a listening socket: the kernel frees it when its owner dies. */
export class DataLock {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Fails with a clear message when another stack, whose `owner` text says which, runs on the same data. */
  static async create(dataDir: string, owner: string): Promise<DataLock> {
    const hash = createHash("sha256").update(realpathSync(dataDir)).digest("hex").slice(0, 24);
    // Linux's abstract sockets leave no file behind.
    const path = process.platform === "linux" ? `\0greenroom-${hash}` : join(tmpdir(), `greenroom-${hash}.sock`);
    const other = await askOwner(path);
    if (other !== undefined) throw new Error(`Greenroom is running on ${dataDir} already: ${other}`);
    if (!path.startsWith("\0")) rmSync(path, { force: true });
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(owner);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
    server.unref();
    return new DataLock(server);
  }

  close(): void {
    this.#server.close();
  }
}

function askOwner(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(path);
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", () => resolve(undefined));
    socket.on("end", () => resolve(answer));
  });
}
