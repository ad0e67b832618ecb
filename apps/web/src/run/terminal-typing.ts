import { maxInputLength } from "@greenroom/shared/jobs/run-stream.ts";

/** Keys pressed within this time go together, in milliseconds. */
const togetherMs = 12;

/** What somebody types into a terminal, on its way to the program: together where it can be, in pieces where it must. */
export class TerminalTyping {
  readonly #send: (text: string) => void;
  #waiting = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  type(text: string): void {
    this.#waiting += text;
    this.#timer ??= setTimeout(() => this.#flush(), togetherMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    let rest = this.#waiting;
    this.#waiting = "";
    while (rest !== "") {
      const end = pieceEnd(rest);
      this.#send(rest.slice(0, end));
      rest = rest.slice(end);
    }
  }
}

/** Never between the two halves of one character. */
function pieceEnd(text: string): number {
  if (text.length <= maxInputLength) return text.length;
  const isHigh = (text.charCodeAt(maxInputLength - 1) & 0xfc00) === 0xd800;
  return isHigh ? maxInputLength - 1 : maxInputLength;
}
