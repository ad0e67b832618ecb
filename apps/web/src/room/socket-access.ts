import type { AccessSource } from "../api/access.ts";

/** How long after a renewal that failed the next one is tried, in milliseconds. */
const retryMs = 5000;

/** The access tokens of one socket at a time: one to open it with, and newer ones for as long as it is open. [T4] */
export class SocketAccess {
  readonly #access: AccessSource;
  readonly #tell: (accessToken: string) => unknown;
  #needsFresh = false;
  #isStopped = true;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  /** @param tell gives the open socket a newer token; what it throws or rejects with makes it be tried again */
  constructor(access: AccessSource, tell: (accessToken: string) => unknown) {
    this.#access = access;
    this.#tell = tell;
  }

  /** What a socket is opened with. Rejects with AccessLost when no token can be had any more. */
  async get(): Promise<{ accessToken: string; renewAt: number }> {
    const got = await this.#access.get({ fresh: this.#needsFresh });
    this.#needsFresh = false;
    return got;
  }

  /** The socket is being opened with it. */
  renewLater(at: number): void {
    this.#isStopped = false;
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(0, at - Date.now()));
  }

  /** The server believed it no more: the next one is a new one. */
  refused(): void {
    this.#needsFresh = true;
  }

  /** The socket is gone. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#renewal);
  }

  async #renew(): Promise<void> {
    try {
      // Not a fresh one by force: the page may have renewed it already for a request.
      const { accessToken, renewAt } = await this.#access.get();
      if (this.#isStopped) return;
      this.renewLater(renewAt);
      await this.#tell(accessToken);
    } catch {
      // The token in use lives on for a while; when it ends, the close tells why.
      if (!this.#isStopped) this.renewLater(Date.now() + retryMs);
    }
  }
}
