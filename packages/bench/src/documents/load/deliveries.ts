import { now } from "./live-client.ts";

interface Sent {
  /** When its keystrokes were due. */
  readonly dues: readonly number[];
  awaited: number;
}

/**
 * Recognises operations where they arrive by the name under which they were sent. One operation may carry several
 * keystrokes: what is typed while another is on its way is composed, and each counts from when it was due.
 */
export class Deliveries {
  /** How many others hear of an operation. */
  readonly #receivers: number;
  readonly #sent = new Map<string, Sent>();
  #latencies: number[] = [];

  constructor(receivers: number) {
    this.#receivers = receivers;
  }

  sent(name: string, dues: readonly number[]): void {
    if (dues.length > 0) this.#sent.set(name, { dues, awaited: this.#receivers });
  }

  arrived(name: string): void {
    const sent = this.#sent.get(name);
    if (!sent) return;
    const at = now();
    for (const due of sent.dues) this.#latencies.push(at - due);
    if (--sent.awaited === 0) this.#sent.delete(name);
  }

  /** Keystrokes times receivers that are still on their way. */
  get missing(): number {
    let missing = 0;
    for (const { dues, awaited } of this.#sent.values()) missing += dues.length * awaited;
    return missing;
  }

  /** What was measured since the last call; whatever is missing now is forgotten. */
  take(): Float64Array {
    const taken = Float64Array.from(this.#latencies);
    this.#latencies = [];
    this.#sent.clear();
    return taken;
  }
}
