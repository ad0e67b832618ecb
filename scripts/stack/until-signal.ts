/** Resolves at the first SIGINT (Ctrl-C), SIGTERM or SIGHUP. Later ones are ignored: stopping has begun. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}
