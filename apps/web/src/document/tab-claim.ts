import { JournalError } from "./journal-store.ts";

/** Says to every page of this browser that the one who holds it lives, or looks after what a dead one left. [J3] */
export interface TabClaim {
  readonly release: () => void;
}

/** Claims an id of one's own; it is free again when the page is gone, however it went. */
export async function claimTab(tabId: string): Promise<TabClaim> {
  const claim = await request(tabId, {});
  if (!claim) throw new JournalError("unavailable");
  return claim;
}

/** Undefined where somebody else has it, and so lives. */
export async function claimIfFree(tabId: string): Promise<TabClaim | undefined> {
  return await request(tabId, { ifAvailable: true });
}

function request(tabId: string, options: LockOptions): Promise<TabClaim | undefined> {
  return new Promise((resolve, reject) => {
    // The type says it is always there, but insecure origins do not have it.
    const locks = navigator.locks as LockManager | undefined;
    if (!locks) throw new JournalError("insecure");
    const held = locks.request(`greenroom.tab.${tabId}`, options, (lock) => {
      if (!lock) return resolve(undefined);
      return new Promise<void>((release) => resolve({ release }));
    });
    held.catch((error: unknown) => reject(new JournalError("unavailable", { cause: error })));
  });
}
