import { createHash } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";

import { type Candidate, connectivityCheck, type IceParameters, isAnswered } from "./call-path.ts";
import { type Attributes, attributeTypes, decodeStun, encodeStun, type StunMessage, xorAddress } from "./stun.ts";

const allocate = 0x0003;
const createPermission = 0x0008;
const send = 0x0016;
const succeeded = 0x0100;
const udp = Buffer.from([17, 0, 0, 0]);
const answerWithinMs = 3_000;

export interface RelayServer {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly credential: string;
}

/** A place on a TURN server (RFC 8656), as a browser behind a strict firewall takes one. */
export class Relay {
  readonly #server: RelayServer;
  readonly #socket: Socket = createSocket("udp4");
  #signed: Attributes = {};
  #key: Buffer | undefined;

  private constructor(server: RelayServer) {
    this.#server = server;
  }

  /** Fails with the server's words when it gives none. */
  static async create(server: RelayServer): Promise<Relay> {
    const relay = new Relay(server);
    try {
      const challenge = await relay.#ask(allocate, { transport: udp });
      const realm = challenge.attributes.get(attributeTypes.realm) ?? Buffer.alloc(0);
      const nonce = challenge.attributes.get(attributeTypes.nonce) ?? Buffer.alloc(0);
      relay.#signed = { username: Buffer.from(server.username), realm, nonce };
      relay.#key = createHash("md5").update(`${server.username}:${realm}:${server.credential}`).digest();
      const answer = await relay.#ask(allocate, { transport: udp });
      if (answer.type !== (allocate | succeeded)) throw new Error(`The relay says ${errorOf(answer)}.`);
      return relay;
    } catch (error) {
      relay.close();
      throw error;
    }
  }

  /** Whether it would pass something on to that address. */
  async permits(address: string): Promise<boolean> {
    const answer = await this.#ask(createPermission, { peer: xorAddress(address, 0) });
    return answer.type === (createPermission | succeeded);
  }

  /** True when the media service answers a connectivity check that comes over the relay. */
  async reaches({ address, port }: Candidate, parameters: IceParameters): Promise<boolean> {
    if (!(await this.permits(address))) return false;
    const data = connectivityCheck(parameters);
    const passedOn = await this.#exchange(encodeStun(send, { peer: xorAddress(address, port), data }));
    return isAnswered(passedOn.attributes.get(attributeTypes.data));
  }

  close(): void {
    this.#socket.close();
  }

  #ask(type: number, attributes: Attributes): Promise<StunMessage> {
    return this.#exchange(encodeStun(type, { ...attributes, ...this.#signed }, this.#key));
  }

  #exchange(message: Buffer): Promise<StunMessage> {
    const { address, port } = this.#server;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The relay does not answer.")), answerWithinMs);
      this.#socket.once("message", (answer) => {
        clearTimeout(timer);
        resolve(decodeStun(answer));
      });
      this.#socket.send(message, port, address);
    });
  }
}

/** "401 Unauthorized", say. */
function errorOf({ attributes }: StunMessage): string {
  const error = attributes.get(attributeTypes.error);
  return error ? `${(error[2] ?? 0) * 100 + (error[3] ?? 0)} ${error.subarray(4)}` : "nothing that is known";
}
