import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { closeCodes, isFinal } from "./close-codes.ts";
import { OperationRefusal } from "./document.ts";
import { FrameErrorCode } from "./error.ts";
import { MediaErrorCode } from "./media.ts";

const markdown = readFileSync(new URL("../../PROTOCOL.md", import.meta.url), "utf8");

/** The cells of the table that begins with this header, row by row, without their backticks. */
function table(header: string): string[][] {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => line.startsWith(header));
  expect(start, `PROTOCOL.md has a table "${header}"`).toBeGreaterThan(0);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith("|")) break;
    rows.push(
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
  }
  return rows;
}

const literals = (union: { anyOf: { const: string }[] }): string[] => union.anyOf.map((literal) => literal.const);
const firstCells = (header: string): string[] => table(header).map(([code = ""]) => code);

it("[T2] PROTOCOL.md lists every close code with its name", () => {
  const listed = table("| code | name |").flatMap(([code, name]) => (name ? [[name, Number(code)]] : []));
  expect(Object.fromEntries(listed)).toEqual(closeCodes);
  expect(listed).toHaveLength(Object.keys(closeCodes).length);
});

it("[T5] PROTOCOL.md marks as final what clients stop at", () => {
  for (const [code, name, final] of table("| code | name |"))
    expect(isFinal(Number(code)), `${code} ${name}`).toBe(final === "yes");
});

it("[D6] PROTOCOL.md lists every reason for which an operation is refused", () => {
  expect(firstCells("| `operation.refused`")).toEqual(literals(OperationRefusal));
});

it("[E1] PROTOCOL.md lists every error code", () => {
  expect(firstCells("| `error`")).toEqual(literals(FrameErrorCode));
});

it("[V2] PROTOCOL.md lists every reason for which a request of a call is refused", () => {
  expect(firstCells("| `refused`")).toEqual(literals(MediaErrorCode));
});

it("gives every rule an id of its own", () => {
  const ids = [...markdown.matchAll(/^- \*\*\[([A-Z]\d+)\]\*\*/gm)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(30);
});
