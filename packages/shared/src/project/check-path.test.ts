import { expect, it } from "vitest";
import { isFilePath, isSamePlace } from "./check-path.ts";

it.each(["main.py", "lib/util.py", "a b/ü😀.txt", ".env", "a/b/c/d/e/f/g/h", "x".repeat(200)])(
  "[F2] takes %j as a path",
  (path) => expect(isFilePath(path)).toBe(true),
);

it.each([
  ["nothing", ""],
  ["the root", "/"],
  ["an absolute path", "/etc/passwd"],
  ["the folder itself", "."],
  ["the folder above", "lib/../../x"],
  ["an empty segment", "a//b"],
  ["a folder", "a/"],
  ["a backslash", "a\\b"],
  ["a control character", "a\nb"],
  ["a NUL", "a\0b"],
  ["a blank at its end", "a "],
  ["half a surrogate pair", "a\ud83d"],
  ["nine segments", "a/b/c/d/e/f/g/h/i"],
  ["201 units", "x".repeat(201)],
  ["too many bytes", "ü".repeat(200)],
])("[F2] refuses %s as a path", (_name, path) => expect(isFilePath(path)).toBe(false));

it("[F2] knows two paths that cannot be in one project", () => {
  expect(isSamePlace("a", "a")).toBe(true);
  expect(isSamePlace("a", "a/b")).toBe(true);
  expect(isSamePlace("a/b", "a")).toBe(true);
  expect(isSamePlace("a", "ab")).toBe(false);
  expect(isSamePlace("a/b", "a/c")).toBe(false);
});
