import type { types } from "mediasoup-client";
import { type Arrived, arrivedOver, isSame } from "./path.ts";
import type { Lost } from "./pulse.ts";

/** A way that is not there after this long is not there, in milliseconds. */
const connectWithinMs = 8000;
/** What heals by itself heals sooner, in milliseconds: browsers wait seconds until they call it disconnected. */
const restartAfterMs = 500;
/** New ICE parameters are here by then, or the socket has gone the way of the packets, in milliseconds. */
const parametersWithinMs = 1500;
/**
 * After new ICE parameters the way is back by then, or it is made anew, in milliseconds: browsers stay with a dead way
 * for seconds where the new one is of lower priority, over TCP or a relay.
 */
const healWithinMs = 800;
/** And as many times the time that the parameters took, because some networks are slow. */
const healWithinAnswers = 5;
/** How often it is looked whether it is back, in milliseconds. */
const lookEveryMs = 100;

export interface TransportWatchOptions {
  readonly restartIce: () => Promise<unknown>;
  /** It is there, for the first time or again. */
  readonly onConnected: () => void;
  /** It will not come (back): `wasThere` says which. */
  readonly onFailed: (wasThere: boolean) => void;
}

/** Sees to one transport: new ICE parameters when packets stop, and the whole thing anew when that does not help. [V7] */
export class TransportWatch {
  readonly #transport: types.Transport;
  readonly #options: TransportWatchOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wasThere = false;
  #isRestarting = false;

  constructor(transport: types.Transport, options: TransportWatchOptions) {
    this.#transport = transport;
    this.#options = options;
    transport.on("connectionstatechange", (state) => this.#changed(state));
    transport.observer.on("close", () => clearTimeout(this.#timer));
  }

  /** Something goes over it from now on. */
  expect(): void {
    if (this.#transport.connectionState === "new") this.#failAfter(connectWithinMs);
  }

  /** Nothing comes through any more, whatever the browser thinks. */
  lost({ isServiceThere, patienceMs }: Lost): void {
    if (this.#wasThere && !this.#transport.closed) void this.#restart(isServiceThere ? parametersWithinMs : patienceMs);
  }

  #changed(state: types.ConnectionState): void {
    // A deadline is set already, and its end is when there is another way.
    if (this.#isRestarting && state !== "failed") return;
    clearTimeout(this.#timer);
    switch (state) {
      case "connecting":
        return this.#failAfter(connectWithinMs);
      case "connected":
        this.#wasThere = true;
        return this.#options.onConnected();
      case "disconnected":
        this.#timer = setTimeout(() => void this.#restart(), restartAfterMs);
        return;
      case "failed":
        return this.#options.onFailed(this.#wasThere);
      case "new":
      case "closed":
        return;
    }
  }

  async #restart(withinMs = parametersWithinMs): Promise<void> {
    if (this.#isRestarting) return;
    this.#isRestarting = true;
    this.#failAfter(withinMs);
    try {
      const former = await arrivedOver(this.#transport);
      const askedAt = performance.now();
      await this.#options.restartIce();
      if (!this.#isRestarting) return;
      this.#failAfter(Math.max(healWithinMs, healWithinAnswers * (performance.now() - askedAt)));
      while (this.#isRestarting && !isBack(former, await arrivedOver(this.#transport)))
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      if (!this.#isRestarting) return;
      this.#isRestarting = false;
      this.#changed(this.#transport.connectionState);
    } catch {
      // Refused or lost: the deadline tells.
    }
  }

  #failAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isRestarting = false;
      this.#options.onFailed(this.#wasThere);
    }, ms);
  }
}

/** There is another way, or the former was not lost. */
const isBack = (former: Arrived, now: Arrived): boolean => now.way !== undefined && !isSame(former, now);
