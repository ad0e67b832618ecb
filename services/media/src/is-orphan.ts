interface Closable {
  readonly closed: boolean;
}

/**
 * Whether something was made on what has closed meanwhile; then it is closed, too. mediasoup makes its object once the
 * Worker has answered, and its channel holds it until it is closed; a transport that closed in between knew nothing of it
 * (node/src/Transport.ts of 3.27, `produce`, `consume`, `consumeData`).
 */
export function isOrphan(made: Closable & { close(): void }, ...madeOn: readonly Closable[]): boolean {
  if (madeOn.some(({ closed }) => closed)) made.close();
  return made.closed;
}
