/**
 * Runs the work of one name one after the other, in all tabs of this browser: two tabs that refreshed at once would each
 * spend the cookie the other one needs. Without Web Locks (plain HTTP) only this tab is guarded; the server bears that.
 */
export async function onceAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  // The type says it is always there, but insecure origins do not have it.
  const locks = navigator.locks as LockManager | undefined;
  return locks ? locks.request(`greenroom.${name}`, work) : work();
}
