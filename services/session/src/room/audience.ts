import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { AuthoredOperation } from "../document/document.ts";
import { type Sight, sightOf } from "../problem/what-a-role-sees.ts";
import type { Connection } from "./connection.ts";
import { type MadeFrame, makeFrame } from "./made-frame.ts";
import type { TellOfRun } from "./run-board.ts";

/** Everybody who is connected to a room, and how all of them are told. */
export class Audience {
  readonly #connections = new Map<string, Connection>();
  #idleSince = Date.now();

  get connections(): Connection[] {
    return [...this.#connections.values()];
  }

  /** Since when nobody has been connected, in milliseconds since the epoch; undefined while somebody is. */
  get idleSince(): number | undefined {
    return this.#connections.size === 0 ? this.#idleSince : undefined;
  }

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  /** @returns false when it was not here */
  delete(connection: Connection): boolean {
    this.#idleSince = Date.now();
    return this.#connections.delete(connection.id);
  }

  of(participantId: string): Connection[] {
    return this.connections.filter(({ participant }) => participant.id === participantId);
  }

  has(participantId: string): boolean {
    for (const { participant } of this.#connections.values()) if (participant.id === participantId) return true;
    return false;
  }

  broadcast(frame: DownFrame, lossy = false): void {
    const made = makeFrame(frame);
    for (const connection of this.#connections.values())
      if (lossy) connection.sendLossy(made);
      else connection.sendMade(made);
  }

  /** Tells everybody, each what they may see of hidden test cases. [B3] */
  readonly tellBySight: TellOfRun = (frame) => {
    const told = new Map<Sight, MadeFrame>();
    for (const connection of this.#connections.values()) {
      const sight = sightOf(connection.participant.role);
      const made = told.get(sight) ?? makeFrame(frame(sight));
      told.set(sight, made);
      connection.sendMade(made);
    }
  };

  /** These are durable: their authors get their acknowledgement, everybody else the operations, each in order. [D5] */
  tellOperations(documentId: string, batch: readonly AuthoredOperation<Connection>[]): void {
    const told = batch.map(({ author, committed }) => {
      const frame = makeFrame({ type: "document.operations", documentId, operations: [committed] });
      return { author, committed, frame };
    });
    for (const connection of this.#connections.values()) {
      if (!connection.documents.has(documentId)) continue;
      for (const { author, committed, frame } of told) {
        if (author !== connection) connection.sendMade(frame);
        else {
          const { clientId, seq, revision } = committed;
          connection.send({ type: "operation.ack", documentId, clientId, seq, revision });
        }
      }
    }
  }

  close(reason: CloseReason): void {
    for (const connection of this.#connections.values()) connection.close(reason);
    this.#connections.clear();
  }
}
