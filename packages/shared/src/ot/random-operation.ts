import { apply, codePointLength, type TextComponent, type TextOperation } from "./text-operation.ts";

/** A seeded source of numbers in [0, 1): mulberry32, small and good enough to explore with. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const snippets = ["a", "bc", "\n", "  ", "é", "e\u0301", "漢字", "😀", "👩‍👩‍👧", "🇪🇺", "\u200d", "x".repeat(20)];

/** One to four characters of all that Unicode has room for, but what no document may hold. */
function anyText(random: () => number): string {
  let text = "";
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    // Half of them within the plane that has nearly all that is written.
    const point = 1 + Math.floor(random() * (random() < 0.5 ? 0xffff : 0x10ffff));
    const isForbidden = point === 0x0d || (point >= 0xd800 && point <= 0xdfff);
    text += String.fromCodePoint(isForbidden ? 0x20 : point);
  }
  return text;
}

/** A random operation for the text, together with the text it must lead to, worked out without the operation type. */
export function randomOperation(text: string, random: () => number): { operation: TextOperation; after: string } {
  const points = [...text];
  const operation: TextComponent[] = [];
  const after: string[] = [];
  let at = 0;
  const edits = 1 + Math.floor(random() * 3);
  for (let edit = 0; edit < edits; edit++) {
    const skipped = Math.floor(random() * (points.length - at + 1));
    if (skipped > 0) {
      operation.push(skipped);
      after.push(...points.slice(at, at + skipped));
      at += skipped;
    }
    const deleted = random() < 0.45 ? Math.min(points.length - at, 1 + Math.floor(random() * 6)) : 0;
    if (deleted > 0) {
      operation.push({ d: deleted });
      at += deleted;
    } else {
      const inserted = random() < 0.7 ? (snippets[Math.floor(random() * snippets.length)] ?? "a") : anyText(random);
      operation.push(inserted);
      after.push(inserted);
    }
  }
  after.push(...points.slice(at));
  return { operation: mergeNeighbours(operation), after: after.join("") };
}

function mergeNeighbours(operation: readonly TextComponent[]): TextOperation {
  const merged: TextComponent[] = [];
  for (const component of operation) {
    const last = merged.at(-1);
    if (typeof component === "string" && typeof last === "string") merged[merged.length - 1] = last + component;
    else if (typeof component === "object" && typeof last === "object")
      merged[merged.length - 1] = { d: last.d + component.d };
    else merged.push(component);
  }
  return typeof merged.at(-1) === "number" ? merged.slice(0, -1) : merged;
}

/** A random text to begin with. */
export function randomText(random: () => number): string {
  let text = "";
  const rounds = Math.floor(random() * 8);
  for (let round = 0; round < rounds; round++) text = randomOperation(text, random).after;
  return codePointLength(text) < 400 ? text : apply(text, [{ d: 200 }]);
}
