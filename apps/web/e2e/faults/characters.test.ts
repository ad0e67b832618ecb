import { randomFrom, randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import { expect, it } from "vitest";
import { Account, OwnCharacters, ownCharactersOf } from "./characters.ts";

it("counts no character that a random text happens to hold, of all that Unicode has room for", () => {
  const random = randomFrom(1);
  const characters = new OwnCharacters(0);
  for (let change = 0; change < 1_000; change++) {
    const inserted = randomOperation("some text", random).operation.filter((part) => typeof part === "string");
    const marked = characters.mark(inserted.join(""));
    expect(ownCharactersOf(marked)).toEqual([String.fromCodePoint(0xf0000 + change)]);
  }
});

it("says what is lost, what is there twice, what was deleted and is there, and what nobody typed", () => {
  const characters = new OwnCharacters(3);
  const [lost, twice, deleted, strange, fine] = Array.from({ length: 5 }, () => characters.mark("x"));
  const account = new Account();
  for (const one of [lost, twice, deleted, fine]) for (const own of ownCharactersOf(one ?? "")) account.typed.add(own);
  for (const own of ownCharactersOf(deleted ?? "")) account.deleted.add(own);
  expect(account.check(`${twice}${fine}${deleted}${twice}${strange}`)).toEqual([
    "Character 2 of person 3 was deleted and is there.",
    "Character 1 of person 3 is there twice.",
    "Character 3 of person 3 was typed by nobody.",
    "Character 0 of person 3 was typed and is lost.",
  ]);
});

it("knows that what was on its way may have arrived when its deletion went with the tab", () => {
  const character = new OwnCharacters(0).mark("");
  const sent = { clientId: "c", seq: 1, revision: 0, base: "", inFlight: { operation: [character], changes: 1 } };
  const pending = { ...sent, buffer: { operation: [{ d: 1 }], changes: 1 } };
  const account = (kept: typeof pending | undefined): Account => {
    const made = new Account();
    made.typed.add(character);
    made.deleted.add(character);
    made.crashed({ pending, kept, text: "" });
    return made;
  };
  for (const text of ["", character]) expect(account(undefined).check(text)).toEqual([]);
  expect(account(pending).check(character)).toEqual(["Character 0 of person 0 was deleted and is there."]);
});
