import { apply, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";

/** Own changes on their way: the operation, and how many changes of a person's it stands for. */
export interface Pending {
  readonly operation: TextOperation;
  readonly changes: number;
}

/**
 * All it takes to send one document's unacknowledged changes from another page, later: what is in flight and what waits
 * behind it, under the names they have for the server, and the text that they were made for. [J1]
 */
export interface PendingState {
  readonly clientId: string;
  /** Of what is in flight; of the next to be sent where nothing is. */
  readonly seq: number;
  readonly revision: number;
  /** The server's text at `revision`. */
  readonly base: string;
  readonly inFlight: Pending | undefined;
  readonly buffer: Pending | undefined;
}

/** The operations between the server's text and what the person saw, in order. */
export function operationsOf({ inFlight, buffer }: Pick<PendingState, "inFlight" | "buffer">): TextOperation[] {
  return [inFlight, buffer].flatMap((pending) => (pending ? [pending.operation] : []));
}

/** The text as the person had it. */
export function textOf(state: PendingState): string {
  return operationsOf(state).reduce(apply, state.base);
}

/** Whoever writes down what is pending, so that it outlives the page. */
export interface Keeper {
  /** What is pending is not what it was: something was typed, or nothing is pending any more. */
  readonly changed: () => void;
  /**
   * Calls back once what is pending now has been written down; at once, before it returns, where nothing can be. [J5]
   */
  readonly ahead: (callback: () => void) => void;
}

/** For an editor whose text may go with its page. */
export const noKeeper: Keeper = { changed: () => {}, ahead: (callback) => callback() };
