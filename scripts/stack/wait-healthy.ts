const pollMs = 25;

/** True when the service says that it can do its work. */
export async function isReady(baseUrl: string): Promise<boolean> {
  return fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}

/** Asks `/readyz` until it is OK; resolves to false when `goOn` says to stop, or after `limitMs`. */
export async function waitHealthy(
  baseUrl: string,
  { limitMs, goOn = () => true }: { limitMs: number; goOn?: () => boolean },
): Promise<boolean> {
  const giveUpAt = Date.now() + limitMs;
  while (goOn() && Date.now() < giveUpAt) {
    if (await isReady(baseUrl)) return true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return false;
}
