import { expect, it } from "vitest";
import { colouringOf } from "./colouring.ts";

it("a file is coloured by its extension, and as its project's language where that says nothing else", () => {
  const inPython = ["main.py", "lib/util.py", "tool.js", "Main.java", "notes.txt", "Makefile", "data.unknown", ".py"];
  expect(inPython.map((path) => colouringOf(path, "python"))).toEqual([
    "python",
    "python",
    "javascript",
    "java",
    "plaintext",
    "python",
    "python",
    "python",
  ]);
  expect(colouringOf("list.h", "c")).toBe(colouringOf("main.c", "c"));
  // Two languages share ".pl" and ".sql": the project's own comes first.
  expect(colouringOf("facts.pl", "prolog")).toBe(colouringOf("main.pl", "prolog"));
  expect(colouringOf("query.sql", "sqlite")).toBe(colouringOf("main.sql", "sqlite"));
});
