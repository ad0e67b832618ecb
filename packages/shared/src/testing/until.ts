/** Asks again and again until the answer is not undefined or false; throws with the last answer's story when it takes too long. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  options: { withinMs?: number; everyMs?: number; seen?: () => unknown } = {},
): Promise<T> {
  const deadline = performance.now() + (options.withinMs ?? 10_000);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) {
      const seen = options.seen ? ` Last seen: ${JSON.stringify(await options.seen())}` : "";
      throw new Error(`It never came to this: ${what}.${seen}`);
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 25));
  }
}
