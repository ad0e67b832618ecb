import { createHmac, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** STUN's messages (RFC 8489), as far as tests of ours send and read them. */
export interface StunMessage {
  readonly type: number;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

export const attributeTypes = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  // TURN's (RFC 8656).
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  transport: 0x0019,
  // ICE's (RFC 8445).
  priority: 0x0024,
  fingerprint: 0x8028,
  controlling: 0x802a,
} as const;

export type Attributes = Partial<Record<Exclude<keyof typeof attributeTypes, "integrity" | "fingerprint">, Buffer>>;

const cookie = Buffer.from("2112a442", "hex");
const headLength = 20;

/** A message, whole: signed with a key where there is one, and with its checksum. */
export function encodeStun(type: number, attributes: Attributes, key?: string | Buffer): Buffer {
  const transaction = randomBytes(12);
  // Object.entries forgets that the keys are the names.
  const parts = (Object.entries(attributes) as [keyof Attributes, Buffer][]).map(([name, value]) =>
    attribute(attributeTypes[name], value),
  );
  /** The length in the head counts the attribute that is being made of all before it. */
  const message = (more: number): Buffer => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(body.length + more, 2);
    return Buffer.concat([head, cookie, transaction, body]);
  };
  if (key !== undefined)
    parts.push(attribute(attributeTypes.integrity, createHmac("sha1", key).update(message(24)).digest()));
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(message(8)) ^ 0x5354554e) >>> 0);
  parts.push(attribute(attributeTypes.fingerprint, fingerprint));
  return message(0);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(padding(value.length))]);
}

const padding = (length: number): number => (4 - (length % 4)) % 4;

export function decodeStun(message: Buffer): StunMessage {
  const attributes = new Map<number, Buffer>();
  for (let at = headLength; at + 4 <= message.length;) {
    const length = message.readUInt16BE(at + 2);
    attributes.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + length + padding(length);
  }
  return { type: message.readUInt16BE(0), attributes };
}

/** An IPv4 address and port as STUN writes them: XORed with the cookie, so that no NAT rewrites them on the way. */
export function xorAddress(address: string, port: number): Buffer {
  const parts = address.split(".").map(Number);
  return Buffer.from([0, 1, ...[port >> 8, port & 255, ...parts].map((byte, index) => byte ^ mask(index))]);
}

/** The port is masked with the cookie's first two bytes, the address with all four. */
const mask = (index: number): number => cookie[index < 2 ? index : index - 2] ?? 0;
