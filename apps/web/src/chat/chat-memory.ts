/** What a page remembers of a chat over a reload. */
export interface ChatMemory {
  /** The last message that was seen. */
  readonly seenId: string | undefined;
  readonly waiting: readonly { readonly messageId: string; readonly text: string }[];
  readonly draft: string;
}

export interface ChatMemoryStore {
  readonly load: () => ChatMemory;
  readonly save: (memory: ChatMemory) => void;
}

export const emptyMemory: ChatMemory = { seenId: undefined, waiting: [], draft: "" };

/** In the tab's own storage: another tab of the same person has seen and written other things. */
export function tabMemory(sessionId: string, participantId: string): ChatMemoryStore {
  const key = `greenroom.chat.${sessionId}.${participantId}`;
  return {
    load: () => {
      try {
        // Nobody but this page writes there.
        return { ...emptyMemory, ...(JSON.parse(sessionStorage.getItem(key) ?? "{}") as Partial<ChatMemory>) };
      } catch {
        return emptyMemory;
      }
    },
    save: (memory) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(memory));
      } catch {
        // A browser that stores nothing forgets it with the page.
      }
    },
  };
}
