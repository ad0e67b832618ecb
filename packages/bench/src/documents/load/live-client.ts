import type { Deliveries } from "./deliveries.ts";
import type { Keystroke } from "./typing.ts";

/** One client of one room of a system under load, as that system's own client library makes it. */
export interface LiveClient {
  /** Of the text as it stands here, in characters. */
  readonly length: number;
  /** Where it types; carried along by what others type. */
  caret: number;
  /** @param due the instant at which the key went down, in milliseconds of `now` */
  type(keystroke: Keystroke, due: number): void;
  close(): void;
}

export interface ClientOptions {
  readonly url: string;
  readonly room: string;
  readonly token: string;
  readonly deliveries: Deliveries;
}

/** Resolves once the client has the text and hears of everything that follows. */
export type OpenClient = (options: ClientOptions) => Promise<LiveClient>;

/** Milliseconds of a clock that all threads of a process share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
