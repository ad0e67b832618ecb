import { getMe, logout, refresh, type SignedIn, type User } from "@greenroom/shared/api/auth-routes.ts";
import { AccessLost, receivedAccess, type Access, type AccessSource } from "../api/access.ts";
import { callRoute, RequestFailed } from "../api/call-route.ts";
import { createStore, useStore, type ReadableStore } from "../room/store.ts";
import { onceAtATime } from "./once-at-a-time.ts";

/** Who uses this browser with a company account. */
export type Account = { status: "unknown" } | { status: "signed-out" } | { status: "signed-in"; user: User };

const store = createStore<Account>({ status: "unknown" });
export const account: ReadableStore<Account> = store;
export const useAccount = (): Account => useStore(account);

/** Says only that it is worth asking the server; it lets nobody in. */
const hintKey = "greenroom.has-account";

let current: Access | undefined;
let renewing: Promise<Access> | undefined;

export function signedIn(answer: SignedIn): Access {
  current = receivedAccess(answer.accessToken, answer.expiresAt);
  localStorage.setItem(hintKey, "1");
  store.set({ status: "signed-in", user: answer.user });
  return current;
}

function signedOut(): void {
  current = undefined;
  localStorage.removeItem(hintKey);
  store.set({ status: "signed-out" });
}

export const userAccess: AccessSource = {
  get: async (options) => {
    if (!options?.fresh && current && Date.now() < current.renewAt) return current;
    renewing ??= onceAtATime("refresh", renew).finally(() => (renewing = undefined));
    return renewing;
  },
};

async function renew(): Promise<Access> {
  try {
    return signedIn(await callRoute(refresh, {}));
  } catch (error) {
    if (error instanceof RequestFailed && (error.code === "unauthenticated" || error.code === "account-disabled")) {
      signedOut();
      throw new AccessLost(error.code, { cause: error });
    }
    throw error;
  }
}

/** Finds out at the first page who is here; rejects only when the server does not answer. */
export async function knownAccount(): Promise<Account> {
  if (store.get().status === "unknown") {
    if (localStorage.getItem(hintKey) === null) store.set({ status: "signed-out" });
    else
      await userAccess.get().catch((error: unknown) => {
        if (!(error instanceof AccessLost)) throw error;
      });
  }
  return store.get();
}

/** Asks for the account itself anew, for instance after an administrator changed one's own role. */
export async function reloadAccount(): Promise<void> {
  store.set({ status: "signed-in", user: await callRoute(getMe, {}, userAccess) });
}

export async function signOut(): Promise<void> {
  await callRoute(logout, {});
  signedOut();
}
