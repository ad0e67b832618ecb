import type { RoomDocument } from "./room-document.ts";
import type { RoomJournal } from "./room-journal.ts";

/** How the text stands with the server. */
export interface Saving {
  /** Own changes that are not acknowledged, over all documents. */
  readonly unsaved: number;
  /** How many operations have been acknowledged: as long as this grows, saving goes on. */
  readonly landed: number;
  /** Whether the unsaved ones are written down on this device, or why they cannot be. */
  readonly keeping: RoomJournal["keeping"];
  /** Why they cannot be saved; undefined as long as there is hope. */
  readonly problem: RoomDocument["client"]["problem"];
  /** The shown document is here. */
  readonly isLoaded: boolean;
}

export const nothingToSave: Saving = { unsaved: 0, landed: 0, keeping: "all", problem: undefined, isLoaded: false };

export function isSameSaving(one: Saving, other: Saving): boolean {
  // Its keys are those of a Saving.
  return (Object.keys(one) as (keyof Saving)[]).every((key) => one[key] === other[key]);
}
