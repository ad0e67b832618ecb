import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";

/** A character typed at a place, or the one before it deleted. */
export type Keystroke = { readonly at: number } & ({ readonly insert: string } | { readonly remove: 1 });

/** Between these many characters a text grows as somebody writing makes it; above them as much is deleted as written. */
const shortest = 40;
const longest = 12_000;
const letters = "etaoinshrdlu    etaoin_()=:.,";
/** Shares of keystrokes: of real typing of code, about one in eight deletes, and the caret jumps every few words. */
const deletes = 0.12;
const breaksLine = 0.03;
const jumps = 0.02;

/** The next keystroke of somebody who writes code: mostly onwards, sometimes back, now and then somewhere else. */
export function nextKeystroke(client: { length: number; caret: number }, random: () => number): Keystroke {
  const { length } = client;
  let caret = Math.min(client.caret, length);
  if (random() < jumps) caret = Math.floor(random() * (length + 1));
  const isDeletion = length > shortest && caret > 0 && random() < (length > longest ? 0.6 : deletes);
  if (isDeletion) {
    client.caret = caret - 1;
    return { at: caret - 1, remove: 1 };
  }
  client.caret = caret + 1;
  const letter = letters[Math.floor(random() * letters.length)] ?? "e";
  return { at: caret, insert: random() < breaksLine ? "\n" : letter };
}

/** The same in the format of ot-text-unicode. All that is typed here is ASCII: characters are code points. */
export function toOperation(keystroke: Keystroke): TextOperation {
  const change = "insert" in keystroke ? keystroke.insert : { d: keystroke.remove };
  return keystroke.at === 0 ? [change] : [keystroke.at, change];
}

/** Where a caret stands after somebody else's operation. */
export function carry(caret: number, operation: TextOperation): number {
  let moved = caret;
  let at = 0;
  for (const component of operation) {
    if (at > moved) break;
    if (typeof component === "number") at += component;
    else if (typeof component === "string") {
      if (at < moved) moved += component.length;
      at += component.length;
    } else moved -= Math.max(0, Math.min(component.d, moved - at));
  }
  return moved;
}

/** What every text begins with, so that none is ever empty: sharedb-postgres 5.0.1 cannot open one that became so. */
export const startingText = 'def main():\n    print("What everybody begins with, in every room.")\n\n\nmain()\n';
