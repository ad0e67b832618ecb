import { createStore, type Store } from "../room/store.ts";
import type { Picture } from "./layers.ts";

/** What somebody chose for calls, kept on this device. Device ids are the browser's own, and differ for each site. */
export interface MediaChoices {
  readonly microphoneId: string | undefined;
  readonly cameraId: string | undefined;
  readonly speakerId: string | undefined;
  readonly picture: Picture;
  readonly layout: "strip" | "grid";
  readonly hasCamera: boolean;
  readonly hasMicrophone: boolean;
}

const storageKey = "greenroom.call";

const initial: MediaChoices = {
  microphoneId: undefined,
  cameraId: undefined,
  speakerId: undefined,
  picture: "high",
  layout: "strip",
  hasCamera: true,
  hasMicrophone: true,
};

/** As kept; whatever is not a choice of today's is as for somebody new. */
function kept(): MediaChoices {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    const choices: MediaChoices = { ...initial, ...(typeof value === "object" ? value : {}) };
    return ["high", "standard", "low"].includes(choices.picture) ? choices : initial;
  } catch {
    return initial;
  }
}

export interface ChoiceStore extends Store<MediaChoices> {
  readonly change: (change: Partial<MediaChoices>) => void;
}

export function keptChoices(): ChoiceStore {
  const store = createStore(kept());
  const change = (change: Partial<MediaChoices>): void => {
    store.set({ ...store.get(), ...change });
    try {
      localStorage.setItem(storageKey, JSON.stringify(store.get()));
    } catch {
      // A browser that keeps nothing asks again next time.
    }
  };
  return { ...store, change };
}

/** Whether this tab was in a session's call, for when its page is loaded again. */
export interface CallMemory {
  readonly wasIn: () => boolean;
  readonly isIn: (isIn: boolean) => void;
}

export function callMemory(sessionId: string): CallMemory {
  const key = `${storageKey}.${sessionId}`;
  const attempt = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch {
      // A browser that keeps nothing forgets.
      return undefined;
    }
  };
  return {
    wasIn: () => attempt(() => sessionStorage.getItem(key)) === "in",
    isIn: (isIn) => attempt(() => (isIn ? sessionStorage.setItem(key, "in") : sessionStorage.removeItem(key))),
  };
}
