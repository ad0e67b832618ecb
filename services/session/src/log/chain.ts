import { hash, randomBytes } from "node:crypto";
import type { NewEvent, SessionEvent } from "@greenroom/shared/log/event.ts";

/** Bytes of the salt that keeps the digest of a short body from being guessed once the body is erased. */
const saltBytes = 16;
/** Drawn together: each drawing by itself costs as much as the digest that it is for. */
const saltsDrawn = 256;
let salts: Buffer = Buffer.alloc(0);

/** Random bytes that nobody else has. */
function newSalt(): Buffer {
  if (salts.length === 0) salts = randomBytes(saltBytes * saltsDrawn);
  const salt = salts.subarray(0, saltBytes);
  salts = salts.subarray(saltBytes);
  return salt;
}

/** Where a log ends: its newest event's number, instant and link. */
export interface Head {
  readonly number: number;
  readonly at: number;
  readonly link: Buffer;
}

/** An event in its place, with what is stored of it. */
export interface SealedEvent {
  readonly event: SessionEvent;
  /** Its body's JSON, exactly as it is hashed and stored. */
  readonly body: string;
  readonly salt: Buffer;
  readonly digest: Buffer;
  readonly link: Buffer;
}

/** What a link holds of an event besides its body's digest. */
export interface ChainedEvent {
  readonly number: number;
  readonly at: number;
  readonly kind: string;
  readonly participantId: string | null;
  readonly documentId?: string | null;
  readonly revision?: number | null;
  readonly clientId?: string | null;
  readonly seq?: number | null;
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash("sha256", Buffer.concat(parts), "buffer");

/** Before the first event: the chain hangs on the session's id. [L3] */
export function emptyHead(sessionId: string): Head {
  return { number: 0, at: 0, link: sha256(Buffer.from(sessionId)) };
}

/** What stands for a body in the chain. */
export function digestOf(salt: Uint8Array, body: string): Buffer {
  return sha256(salt, Buffer.from(body));
}

/** [L3] */
export function linkOf(previous: Uint8Array, event: ChainedEvent, digest: Uint8Array): Buffer {
  const { number, at, kind, participantId, documentId, revision, clientId, seq } = event;
  const header = [number, at, kind, participantId, documentId ?? null, revision ?? null, clientId ?? null, seq ?? null];
  return sha256(previous, Buffer.from(JSON.stringify(header)), digest);
}

/**
 * Puts events behind a head. Instants never go back, whatever the clock does. [L1, L2]
 *
 * @param bodies each event's body as JSON, where it was made already
 */
export function seal(head: Head, events: readonly NewEvent[], bodies: readonly string[] = []): SealedEvent[] {
  const at = Math.max(head.at, Date.now());
  let { number, link } = head;
  return events.map((unplaced, index) => {
    number += 1;
    const event: SessionEvent = { ...unplaced, number, at };
    const body = bodies[index] ?? JSON.stringify(unplaced.body);
    const salt = newSalt();
    const digest = digestOf(salt, body);
    link = linkOf(link, event, digest);
    return { event, body, salt, digest, link };
  });
}

/** The head after these events. */
export function headAfter(head: Head, sealed: readonly SealedEvent[]): Head {
  const last = sealed.at(-1);
  return last ? { number: last.event.number, at: last.event.at, link: last.link } : head;
}
