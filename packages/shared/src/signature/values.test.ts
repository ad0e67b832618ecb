import { describe, expect, it } from "vitest";
import { agree } from "./answer.ts";
import type { Signature, ValueType } from "./signature.ts";
import { decode, encode, parseArguments, parseValue, toJson, ValueError } from "./values.ts";

const int: ValueType = { kind: "scalar", of: "int" };
const long: ValueType = { kind: "scalar", of: "long" };
const double: ValueType = { kind: "scalar", of: "double" };
const string: ValueType = { kind: "scalar", of: "string" };
const ints: ValueType = { kind: "array", of: "int" };
const tree: ValueType = { kind: "binary-tree", of: "int" };
const list: ValueType = { kind: "linked-list", of: "long" };
const matrix: ValueType = { kind: "matrix", of: "double" };

describe("values", () => {
  it.each<[ValueType, string]>([
    [int, "-2147483648"],
    [long, "9223372036854775807"],
    [double, "0.1"],
    [double, "1e+300"],
    [string, JSON.stringify('Grüße, 世界 🎉 "\\\n')],
    [string, '""'],
    [{ kind: "scalar", of: "boolean" }, "false"],
    [ints, "[]"],
    [ints, "[1,-2,3]"],
    [{ kind: "array", of: "string" }, '["","x y",""]'],
    [{ kind: "array", of: "boolean" }, "[true,false]"],
    [matrix, "[[1.5],[],[2,3]]"],
    [list, "[9007199254740993]"],
    [tree, "[1,null,2,3]"],
    [tree, "[]"],
  ])("are the same after a driver had them: %j %s", (type, json) => {
    const value = parseValue(type, json);
    expect(toJson(value)).toBe(json);
    const returned = decode(type, encode(value));
    expect(returned === undefined ? undefined : toJson(returned)).toBe(json);
  });

  it("keep a long that JavaScript's numbers cannot hold, written as digits or as text", () => {
    expect(parseValue(long, "-9223372036854775808")).toBe(-(2n ** 63n));
    expect(parseValue(long, '"9007199254740993"')).toBe(9007199254740993n);
  });

  it.each<[ValueType, string, RegExp]>([
    [int, "2147483648", /32 bits/],
    [int, "1.5", /an int/],
    [int, '"1"', /an int/],
    [long, "9223372036854775808", /64 bits/],
    [long, '"x"', /64 bits/],
    [double, "true", /a number/],
    [string, '"\\ud800"', /a string/],
    [ints, "1", /a JSON array/],
    [ints, "[1,null]", /value\[1\]/],
    [{ kind: "matrix", of: "int" }, "[1]", /value\[0\]: a JSON array/],
    [tree, "[null,1]", /no node above/],
    [tree, "[1,null,null,2]", /value\[3\]/],
    [int, "1 2", /not JSON/],
  ])("of another type are refused with words: %j %s", (type, json, message) => {
    expect(() => parseValue(type, json)).toThrow(ValueError);
    expect(() => parseValue(type, json)).toThrow(message);
  });

  it("are as many as there are parameters, one a line", () => {
    const signature: Signature = {
      name: "add",
      parameters: [
        { name: "a", type: int },
        { name: "b", type: ints },
      ],
      returns: int,
    };
    expect(parseArguments(signature, "1\n[2]\n")).toEqual([1n, [2n]]);
    expect(() => parseArguments(signature, "1")).toThrow("1 lines for 2 parameters");
    expect(() => parseArguments(signature, "1\n[2]\n3")).toThrow("3 lines for 2 parameters");
  });

  it.each<[ValueType, string]>([
    [int, ""],
    [int, "1 2"],
    [int, "1.5"],
    [int, "4294967296"],
    [ints, "2 1"],
    [ints, "-1"],
    [ints, "1 1 1"],
    [ints, "1e9"],
    [string, "y00"],
    [string, "x0"],
    [double, "0x10"],
    [double, "one"],
  ])("are none when a driver gave back something else: %j %j", (type, words) => {
    expect(decode(type, words)).toBeUndefined();
  });
});

describe("answers", () => {
  const exact = { kind: "exact" } as const;
  const agreed = (type: ValueType, texts: [string, string], checker: Parameters<typeof agree>[2]["checker"] = exact) =>
    agree(parseValue(type, texts[0]), parseValue(type, texts[1]), { type, checker });

  it("agree when they are the same value, however it is written", () => {
    expect(agreed(ints, ["[1, 2]", "[1,2]"])).toBe(true);
    expect(agreed(ints, ["[1,2]", "[2,1]"])).toBe(false);
    expect(agreed(ints, ["[1,2]", "[1]"])).toBe(false);
    expect(agreed(ints, ["[1]", "[1,2]"])).toBe(false);
    expect(agreed(tree, ["[1,null,2,null]", "[1,null,2]"])).toBe(true);
    expect(agreed(string, ['"a"', '"A"'])).toBe(false);
  });

  it("agree in doubles within the checker's tolerance, or within 1e-9", () => {
    expect(agreed(double, ["0.3", "0.30000000000000004"])).toBe(true);
    expect(agreed(double, ["0.3", "0.3001"])).toBe(false);
    expect(agreed(double, ["0.3", "0.3001"], { kind: "float", absolute: 0.001, relative: 0 })).toBe(true);
    expect(agreed(double, ["1000", "1001"], { kind: "float", absolute: 0, relative: 0.001 })).toBe(true);
    expect(agree(Number.NaN, Number.NaN, { type: double, checker: exact })).toBe(true);
    expect(agree(Infinity, -Infinity, { type: double, checker: exact })).toBe(false);
  });

  it("agree in any order when the checker says so, each item as often as expected", () => {
    const anyOrder = { kind: "unordered-lines" } as const;
    expect(agreed(ints, ["[1,2,2]", "[2,1,2]"], anyOrder)).toBe(true);
    expect(agreed(ints, ["[1,2,2]", "[2,1,1]"], anyOrder)).toBe(false);
    expect(agreed({ kind: "linked-list", of: "int" }, ["[1,2]", "[2,1]"], anyOrder)).toBe(false);
  });
});
