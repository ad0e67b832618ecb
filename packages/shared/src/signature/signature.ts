import { Type, type Static } from "typebox";

/**
 * The types of a function's parameters and result. As JSON: an `int` (32 bits) and a `long` (64 bits) are integers, a
 * `long` beyond 2^53 may be written as a string of digits; a `double` is a number; a linked list is the array of its
 * values; a binary tree is its levels from the top with null for a missing child, as in [1,null,2,3].
 */
const scalars = ["int", "long", "double", "string", "boolean"] as const;

export const Scalar = Type.Union([
  Type.Literal("int"),
  Type.Literal("long"),
  Type.Literal("double"),
  Type.Literal("string"),
  Type.Literal("boolean"),
]);
export type Scalar = (typeof scalars)[number];

export const ValueType = Type.Union([
  Type.Object({ kind: Type.Literal("scalar"), of: Scalar }),
  Type.Object({ kind: Type.Literal("array"), of: Scalar }),
  Type.Object({ kind: Type.Literal("matrix"), of: Scalar }),
  Type.Object({ kind: Type.Literal("linked-list"), of: Type.Union([Type.Literal("int"), Type.Literal("long")]) }),
  Type.Object({ kind: Type.Literal("binary-tree"), of: Type.Union([Type.Literal("int"), Type.Literal("long")]) }),
]);
export type ValueType = Static<typeof ValueType>;

/** A name that is an identifier in every language there are drivers for, written in camelCase; each language makes it its own. */
const Name = Type.String({ pattern: "^[a-z][a-zA-Z0-9]{0,39}$" });

export const Signature = Type.Object({
  name: Name,
  parameters: Type.Array(Type.Object({ name: Name, type: ValueType }), { minItems: 1, maxItems: 8 }),
  returns: ValueType,
});
export type Signature = Static<typeof Signature>;
