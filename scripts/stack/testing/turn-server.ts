import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { isPortFree } from "@greenroom/shared/testing/free-port.ts";
import { ManagedProcess, untilReady } from "@greenroom/shared/testing/managed-process.ts";
import { ensureServiceUser, giveTo } from "@greenroom/shared/testing/service-user.ts";
import { chooseMediaPort } from "../ports.ts";

const script = fileURLToPath(new URL("../../../docker/turn/run-turn.sh", import.meta.url));

/** What it relays from: not where other programs of this machine send from (32768 to 60999), so that it is told apart. */
export const relayPorts = { first: 61_000, last: 61_999 };

/** coturn as docker compose runs it, by the same script, as a process of a test's own. */
export class TurnServer {
  readonly port: number;
  /** What the media service's TURN_URLS and TURN_SECRET are to be. */
  readonly urls: string;
  readonly secret: string;
  readonly #process: ManagedProcess;
  readonly #folder: string;

  private constructor(
    server: ManagedProcess,
    { address, port, folder, secret }: { address: string; port: number; folder: string; secret: string },
  ) {
    this.#process = server;
    this.#folder = folder;
    this.port = port;
    this.secret = secret;
    this.urls = `turn:${address}:${port},turn:${address}:${port}?transport=tcp`;
  }

  /** @param options.address where it is found, and the only address that it relays to */
  static async create({ address }: { address: string }): Promise<TurnServer> {
    const port = await chooseMediaPort(0, 1);
    const folder = mkdtempSync(join(tmpdir(), "greenroom-turn-"));
    const own = join(folder, "own");
    const secretFile = join(own, "secret");
    const secret = randomBytes(24).toString("base64url");
    mkdirSync(own);
    writeFileSync(secretFile, secret, { mode: 0o600 });
    const user = ensureServiceUser();
    giveTo(user, folder, own, secretFile);
    const server = ManagedProcess.start({
      // Not by its path: the user that it runs as may not be able to go there.
      command: "/bin/sh",
      args: ["-c", readFileSync(script, "utf8")],
      cwd: own,
      env: {
        PATH: "/usr/bin:/bin",
        MEDIA_HOST: address,
        TURN_PORT: String(port),
        TURN_FOLDER: own,
        TURN_SECRET_FILE: secretFile,
        TURN_RELAY_PORT_FIRST: String(relayPorts.first),
        TURN_RELAY_PORT_LAST: String(relayPorts.last),
      },
      logFile: join(folder, "turnserver.log"),
      user,
    });
    const turnServer = new TurnServer(server, { address, port, folder, secret });
    try {
      await untilReady(server, { what: "coturn", isReady: async () => !(await isPortFree(port, address)) });
    } catch (error) {
      await turnServer.close();
      throw error;
    }
    return turnServer;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
