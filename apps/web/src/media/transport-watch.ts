import type { types } from "mediasoup-client";

/** A way that is not there after this long is not there, in milliseconds. */
const connectWithinMs = 8000;
/** What heals by itself heals sooner, in milliseconds. */
const restartAfterMs = 2000;
/** After new ICE parameters the way is back by then, or it is made anew, in milliseconds. */
const healWithinMs = 5000;

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

  /** The network is another one: whoever waits for packets to stop loses seconds. */
  networkChanged(): void {
    if (this.#wasThere && !this.#transport.closed) this.#restart();
  }

  #changed(state: types.ConnectionState): void {
    clearTimeout(this.#timer);
    switch (state) {
      case "connecting":
        return this.#failAfter(connectWithinMs);
      case "connected":
        this.#wasThere = true;
        return this.#options.onConnected();
      case "disconnected":
        this.#timer = setTimeout(() => this.#restart(), restartAfterMs);
        return;
      case "failed":
        return this.#options.onFailed(this.#wasThere);
      case "new":
      case "closed":
        return;
    }
  }

  #restart(): void {
    this.#failAfter(healWithinMs);
    // Refused or lost, the deadline tells.
    this.#options.restartIce().then(
      () => this.#transport.connectionState === "connected" && clearTimeout(this.#timer),
      () => {},
    );
  }

  #failAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#options.onFailed(this.#wasThere), ms);
  }
}
