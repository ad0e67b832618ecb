import type { Signature, ValueType } from "@greenroom/shared/signature/signature.ts";

const scalar = (of: "int" | "long" | "double" | "string" | "boolean"): ValueType => ({ kind: "scalar", of });
const array = (of: "int" | "string" | "boolean"): ValueType => ({ kind: "array", of });

/** A function of one parameter. */
const from = (name: string, parameter: string, type: ValueType, returns = type): Signature => ({
  name,
  parameters: [{ name: parameter, type }],
  returns,
});

/**
 * Functions that together take and return every type, and what they should give: JSON a line for each argument, and the
 * value. Some names are kept by some languages for themselves.
 */
export const functions = {
  /** One more; it prints "debug" and a line break first. */
  plusOne: {
    signature: from("plusOne", "number", scalar("int")),
    cases: [
      ["41", "42"],
      ["-2147483648", "-2147483647"],
      ["2147483646", "2147483647"],
    ],
  },
  /** One more. */
  bigger: {
    signature: from("bigger", "number", scalar("long")),
    cases: [
      ["9007199254740992", "9007199254740993"],
      ['"9223372036854775806"', '"9223372036854775807"'],
      ["-9223372036854775808", '"-9223372036854775807"'],
    ],
  },
  /** Half of it. */
  half: {
    signature: from("half", "in", scalar("double")),
    cases: [
      ["1", "0.5"],
      ["-1e300", "-5e299"],
      ["2e-7", "1e-7"],
      ["0", "0"],
    ],
  },
  /** Between brackets. */
  wrapText: {
    signature: from("wrapText", "text", scalar("string")),
    cases: [
      ['"Grüße, 世界 🎉"', '"[Grüße, 世界 🎉]"'],
      ['"say \\"hi\\"\\r\\n\\tor \\\\ \'bye\' ${x} %s"', '"[say \\"hi\\"\\r\\n\\tor \\\\ \'bye\' ${x} %s]"'],
      ['"a\\u0000b"', '"[a\\u0000b]"'],
      ['""', '"[]"'],
    ],
  },
  /** Whether it is longer than its limit. */
  isLong: {
    signature: {
      name: "isLong",
      parameters: [
        { name: "text", type: scalar("string") },
        { name: "atMost", type: scalar("int") },
        { name: "answer", type: scalar("boolean") },
      ],
      returns: scalar("boolean"),
    },
    cases: [
      ['"abc"\n2\ntrue', "true"],
      ['"abc"\n3\ntrue', "false"],
      ['"abc"\n2\nfalse', "false"],
    ],
  },
  /** Each the other way round. */
  switch: {
    signature: from("switch", "flags", array("boolean")),
    cases: [
      ["[true,false,false]", "[false,true,true]"],
      ["[]", "[]"],
    ],
  },
  /** In reverse. */
  backwards: {
    signature: from("backwards", "words", array("string")),
    cases: [
      ['["ä \\n","","\\"x\\""]', '["\\"x\\"","","ä \\n"]'],
      ['[""]', '[""]'],
      ["[]", "[]"],
    ],
  },
  /** Its rows in reverse. */
  turn: {
    signature: from("turn", "rows", { kind: "matrix", of: "double" }),
    cases: [
      ["[[1,2.5],[-3,4]]", "[[-3,4],[1,2.5]]"],
      ["[[],[7]]", "[[7],[]]"],
      ["[[]]", "[[]]"],
      ["[]", "[]"],
    ],
  },
  /** In reverse. */
  reverseList: {
    signature: from("reverseList", "head", { kind: "linked-list", of: "long" }),
    cases: [
      ["[1,2,9007199254740993]", "[9007199254740993,2,1]"],
      ["[5]", "[5]"],
      ["[]", "[]"],
    ],
  },
  /** Left and right exchanged, at every node. */
  mirror: {
    signature: from("mirror", "root", { kind: "binary-tree", of: "int" }),
    cases: [
      ["[1,2,3,null,4]", "[1,3,2,null,null,4]"],
      ["[1,null,2,3]", "[1,2,null,null,3]"],
      ["[7]", "[7]"],
      ["[]", "[]"],
    ],
  },
  /** The sum of all there is, times `factor`. */
  sumAll: {
    signature: {
      name: "sumAll",
      parameters: [
        { name: "numbers", type: array("int") },
        { name: "grid", type: { kind: "matrix", of: "long" } },
        { name: "head", type: { kind: "linked-list", of: "int" } },
        { name: "root", type: { kind: "binary-tree", of: "long" } },
        { name: "factor", type: scalar("double") },
      ],
      returns: scalar("long"),
    },
    cases: [
      ["[1,2]\n[[10],[20,30]]\n[100]\n[1000,null,2000]\n2", "6326"],
      ["[]\n[]\n[]\n[]\n0.5", "0"],
    ],
  },
} as const satisfies Record<string, FunctionCase>;

export interface FunctionCase {
  readonly signature: Signature;
  readonly cases: readonly (readonly [args: string, expected: string])[];
}
export type FunctionName = keyof typeof functions;

/** Bodies of those functions in one language, to be put into its starters. */
export interface FunctionSamples {
  readonly bodies: Readonly<Record<FunctionName, string>>;
  /** Put after the first line of the starter of `plusOne`, so that it can print. */
  readonly printing?: string;
  /** A body of `plusOne` that throws, or whatever the language does instead. */
  readonly throws: string;
  /** A body of `backwards` that returns no array, not even an empty one, but nothing at all; absent where no compiler would have that. */
  readonly nothing?: string;
}
