import { randomFrom, randomOperation, randomText } from "@greenroom/shared/ot/random-operation.ts";
import { Rope } from "@greenroom/shared/ot/rope.ts";
import { apply, codePointLength, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { describe, expect, it } from "vitest";
import { UndoStack } from "./undo-stack.ts";

function page(initial: string) {
  const undo = new UndoStack();
  let text = initial;
  const put = (operation: TextOperation | undefined) => {
    if (operation) text = apply(text, operation);
    return operation !== undefined;
  };
  return {
    text: () => text,
    own: (operation: TextOperation, at: number) => {
      undo.record(Rope.of(text), operation, at);
      put(operation);
    },
    other: (operation: TextOperation) => {
      undo.carry(operation);
      put(operation);
    },
    undo: () => put(undo.undo(Rope.of(text))),
    redo: () => put(undo.redo(Rope.of(text))),
    closeStep: () => undo.closeStep(),
    beginGroup: () => undo.beginGroup(),
    endGroup: () => undo.endGroup(),
  };
}

describe("undo", () => {
  /** Types letter by letter, a tenth of a second apart. */
  function typeLetters(doc: ReturnType<typeof page>, text: string) {
    for (const [index, letter] of [...text].entries()) doc.own(index > 0 ? [index, letter] : [letter], index * 100);
  }

  it("takes back a few words typed in one go at once", () => {
    const doc = page("");
    typeLetters(doc, "x = 1 ");
    doc.undo();
    expect(doc.text()).toBe("");
    expect(doc.undo()).toBe(false);
  });

  it("takes back a long row of words in parts that end with a word, and lines one by one", () => {
    const doc = page("");
    typeLetters(doc, "one two three four five six seven\neight");
    doc.undo();
    expect(doc.text()).toBe("one two three four five six seven\n");
    doc.undo();
    expect(doc.text()).toBe("one two three four five ");
    doc.undo();
    expect(doc.text()).toBe("");
  });

  it("takes back what several carets typed and deleted as it takes back one's", () => {
    const doc = page("a\nb\n");
    for (const [index, letter] of [..."xyz"].entries()) doc.own([1 + index, letter, 2 + index, letter], index * 100);
    expect(doc.text()).toBe("axyz\nbxyz\n");
    doc.own([3, { d: 1 }, 4, { d: 1 }], 400);
    doc.own([2, { d: 1 }, 3, { d: 1 }], 500);
    expect(doc.text()).toBe("ax\nbx\n");
    doc.undo();
    expect(doc.text()).toBe("axyz\nbxyz\n");
    doc.undo();
    expect(doc.text()).toBe("a\nb\n");
    doc.redo();
    expect(doc.text()).toBe("axyz\nbxyz\n");
  });

  it("takes back what was typed over a selection at once, and brings the selected text back", () => {
    const doc = page("foo = 1");
    doc.own([7, "0"], 0);
    doc.own(["b", { d: 3 }], 100);
    doc.own([1, "a"], 200);
    doc.own([2, "r"], 300);
    doc.undo();
    expect(doc.text()).toBe("foo = 10");
  });

  it("takes a word that was composed back at once, and leaves others' text and one's own before it alone", () => {
    const doc = page("");
    doc.own(["x"], 0);
    doc.beginGroup();
    doc.own([1, "k"], 100);
    doc.other(["above "]);
    doc.own([7, "か", { d: 1 }], 2_000);
    doc.own([7, "かん", { d: 1 }], 4_000);
    doc.endGroup();
    doc.own([9, "!"], 4_100);
    doc.undo();
    expect(doc.text()).toBe("above xかん");
    doc.undo();
    expect(doc.text()).toBe("above x");
    doc.redo();
    expect(doc.text()).toBe("above xかん");
    doc.undo();
    doc.undo();
    expect(doc.text()).toBe("above ");
  });

  it("has nothing to take back of a word that was composed and given up, or that others deleted meanwhile", () => {
    const doc = page("");
    doc.own(["x"], 0);
    doc.beginGroup();
    doc.own([1, "k"], 100);
    doc.own([1, { d: 1 }], 200);
    doc.other(["above "]);
    doc.own([7, "m"], 300);
    doc.own([7, { d: 1 }], 400);
    doc.endGroup();
    doc.undo();
    expect(doc.text()).toBe("above ");
  });

  it("forgets the oldest of many large texts that were deleted, and never the newest", () => {
    const megabyte = "x".repeat(1024 * 1024);
    const doc = page("");
    for (let turn = 0; turn < 20; turn++) {
      doc.own([megabyte], turn);
      doc.own([{ d: megabyte.length }], turn);
    }
    let steps = 0;
    while (doc.undo()) steps++;
    expect(steps).toBeGreaterThan(20);
    expect(steps).toBeLessThan(40);
  });

  it("begins a new step after a pause", () => {
    const doc = page("");
    doc.own(["a"], 0);
    doc.own([1, "b"], 701);
    doc.undo();
    expect(doc.text()).toBe("a");
  });

  it("removes only one's own text after another person's edit, wherever it was made", () => {
    const doc = page("[]");
    doc.own([1, "mine"], 0);
    doc.other([3, "XX"]);
    doc.other(["above\n"]);
    doc.undo();
    expect(doc.text()).toBe("above\n[XX]");
    doc.redo();
    expect(codePointLength(doc.text())).toBe(codePointLength("above\n[miXXne]"));
  });

  it("brings deleted text back where it was, beside what another person wrote", () => {
    const doc = page("one two three");
    doc.own([4, { d: 4 }], 0);
    doc.other(["zero "]);
    doc.undo();
    expect(doc.text()).toBe("zero one two three");
  });

  it("forgets what can be redone once something new is typed", () => {
    const doc = page("");
    doc.own(["a"], 0);
    doc.undo();
    doc.own(["b"], 5000);
    expect(doc.redo()).toBe(false);
    expect(doc.text()).toBe("b");
  });

  it("undo and then redo is nothing at all, for any edits of anybody's", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const doc = page(randomText(random));
      for (let step = 0; step < 12; step++) {
        const { operation } = randomOperation(doc.text(), random);
        if (random() < 0.5) doc.own(operation, step * 1000);
        else doc.other(operation);
      }
      const before = doc.text();
      let undone = 0;
      while (doc.undo()) undone++;
      for (; undone > 0; undone--) doc.redo();
      expect(doc.text(), `seed ${seed}`).toBe(before);
    }
  });

  it("undoing everything alone leads back to the beginning", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const beginning = randomText(random);
      const doc = page(beginning);
      for (let step = 0; step < 12; step++) doc.own(randomOperation(doc.text(), random).operation, step * 100);
      while (doc.undo());
      expect(doc.text(), `seed ${seed}`).toBe(beginning);
    }
  });
});
