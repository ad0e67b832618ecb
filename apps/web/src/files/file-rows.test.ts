import { expect, it } from "vitest";
import { fileRows } from "./file-rows.ts";

const files = ["main.py", "a.txt", "lib/util.py", "lib/deep/x.py", "lib/a10.py", "lib/a9.py", "zoo/z.py"].map(
  (path) => ({
    documentId: path,
    path,
  }),
);
const drawn = (closed: string[]) =>
  fileRows(files, { entryId: "main.py", closed: new Set(closed) }).map(
    (row) => `${"  ".repeat(row.depth - 1)}${row.name}${row.kind === "folder" ? (row.isOpen ? "/" : "/…") : ""}`,
  );

it("[F4] puts the entry first, folders before files, and numbers in their order", () => {
  expect(drawn([])).toEqual([
    "main.py",
    "lib/",
    "  deep/",
    "    x.py",
    "  a9.py",
    "  a10.py",
    "  util.py",
    "zoo/",
    "  z.py",
    "a.txt",
  ]);
});

it("leaves out what is in closed folders", () => {
  expect(drawn(["lib"])).toEqual(["main.py", "lib/…", "zoo/", "  z.py", "a.txt"]);
});

it("knows a folder from a file whose name begins like it", () => {
  const rows = fileRows(
    [
      { documentId: "1", path: "m.py" },
      { documentId: "2", path: "lib/x" },
      { documentId: "3", path: "library" },
    ],
    { entryId: "1", closed: new Set(["lib"]) },
  );
  expect(rows.map(({ path }) => path)).toEqual(["m.py", "lib", "library"]);
});
