import { safeName } from "../names.ts";
import type { Signature, ValueType } from "../signature.ts";
import { type Driver, fill, usesList, usesNodes, usesTree } from "./driver.ts";

/** A `long` is a bigint, because a number holds 53 bits. */
const scalars = { int: "number", long: "bigint", double: "number", string: "string", boolean: "boolean" } as const;

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `${scalars[type.of]}[]`;
    case "matrix":
      return `${scalars[type.of]}[][]`;
    case "linked-list":
      return `ListNode<${scalars[type.of]}> | null`;
    case "binary-tree":
      return `TreeNode<${scalars[type.of]}> | null`;
  }
}

const name = (camel: string): string => safeName("javascript", camel);
const nodes = (signature: Signature): string =>
  [...(usesList(signature) ? ["ListNode"] : []), ...(usesTree(signature) ? ["TreeNode"] : [])].join(", ");

function starterOfJavaScript(signature: Signature): string {
  const head = usesNodes(signature) ? `const { ${nodes(signature)} } = require("./structures");\n\n` : "";
  const lines = signature.parameters.map((one) => ` * @param {${typeName(one.type)}} ${name(one.name)}`);
  const parameters = signature.parameters.map((one) => name(one.name)).join(", ");
  const comment = ["/**", ...lines, ` * @returns {${typeName(signature.returns)}}`, " */"].join("\n");
  return `${head}${comment}\nfunction ${name(signature.name)}(${parameters}) {\n  \n}\n`;
}

function starterOfTypeScript(signature: Signature): string {
  const head = usesNodes(signature) ? `import { ${nodes(signature)} } from "./structures";\n\n` : "";
  const parameters = signature.parameters.map((one) => `${name(one.name)}: ${typeName(one.type)}`).join(", ");
  return `${head}function ${name(signature.name)}(${parameters}): ${typeName(signature.returns)} {\n  \n}\n`;
}

const structures = `class ListNode {
  constructor(val, next = null) {
    this.val = val;
    this.next = next;
  }
}

class TreeNode {
  constructor(val, left = null, right = null) {
    this.val = val;
    this.left = left;
    this.right = right;
  }
}

module.exports = { ListNode, TreeNode };
`;

const typedStructures = `export class ListNode<T = number> {
  val: T;
  next: ListNode<T> | null;
  constructor(val: T, next: ListNode<T> | null = null) {
    this.val = val;
    this.next = next;
  }
}

export class TreeNode<T = number> {
  val: T;
  left: TreeNode<T> | null;
  right: TreeNode<T> | null;
  constructor(val: T, left: TreeNode<T> | null = null, right: TreeNode<T> | null = null) {
    this.val = val;
    this.left = left;
    this.right = right;
  }
}
`;

/** The driver; TypeScript takes it as it is, without checking it. */
const driver = `const fs = require("fs");
const { ListNode, TreeNode } = require("./structures");

const words = fs.readFileSync(0, "utf8").split(/\\s+/).filter((word) => word !== "");
let at = 0;
const next = () => words[at++];

// What the function prints is not its answer: it goes to stderr.
process.stdout.write = process.stderr.write.bind(process.stderr);

const readers = {
  int: (word) => Number(word),
  long: (word) => BigInt(word),
  double: (word) => Number(word),
  boolean: (word) => word === "1",
  string: (word) => Buffer.from(word.slice(1), "hex").toString(),
};
const readArray = (read) => Array.from({ length: Number(next()) }, () => read(next()));
const readMatrix = (read) => Array.from({ length: Number(next()) }, () => readArray(read));

function readList(read) {
  return readArray(read).reduceRight((tail, value) => new ListNode(value, tail), null);
}

function readTree(read) {
  const nodes = readArray((word) => (word === "n" ? null : new TreeNode(read(word))));
  const parents = nodes.filter((node) => node !== null);
  for (let index = 1; index < nodes.length; index += 1) {
    parents[(index - 1) >> 1][index % 2 === 1 ? "left" : "right"] = nodes[index];
  }
  return nodes[0] ?? null;
}

function must(fits, value, wanted) {
  if (!fits) throw new TypeError("should have returned " + wanted + ", not " + String(value));
}

const writers = {
  int: (value) => {
    must(Number.isInteger(value), value, "an integer");
    return String(value);
  },
  long: (value) => {
    must(typeof value === "bigint" || Number.isSafeInteger(value), value, "a bigint");
    return String(value);
  },
  double: (value) => {
    must(typeof value === "number", value, "a number");
    return String(value);
  },
  boolean: (value) => {
    must(typeof value === "boolean", value, "a boolean");
    return value ? "1" : "0";
  },
  string: (value) => {
    must(typeof value === "string", value, "a string");
    return "x" + Buffer.from(value).toString("hex");
  },
};
const writeArray = (value, write) => {
  must(Array.isArray(value), value, "an array");
  return [value.length, ...Array.from(value, write)].join(" ");
};
const writeMatrix = (value, write) => writeArray(value, (row) => writeArray(row, write));

function writeList(value, write) {
  const items = [];
  for (let node = value; node; node = node.next) items.push(write(node.val));
  return [items.length, ...items].join(" ");
}

function writeTree(value, write) {
  const found = [];
  let level = [value];
  while (level.some((node) => node)) {
    const below = [];
    for (const node of level) {
      found.push(node ? write(node.val) : "n");
      if (node) below.push(node.left, node.right);
    }
    level = below;
  }
  while (found.at(-1) === "n") found.pop();
  return [found.length, ...found].join(" ");
}

const { solution } = require("./solution");
const answer = @write@;
fs.writeSync(1, answer + "\\n");
`;

const kinds = { array: "Array", matrix: "Matrix", "linked-list": "List", "binary-tree": "Tree" } as const;
const read = (type: ValueType): string =>
  type.kind === "scalar" ? `readers.${type.of}(next())` : `read${kinds[type.kind]}(readers.${type.of})`;
const write = (type: ValueType, value: string): string =>
  type.kind === "scalar" ? `writers.${type.of}(${value})` : `write${kinds[type.kind]}(${value}, writers.${type.of})`;

function mainOf(signature: Signature): string {
  const call = `solution(${signature.parameters.map(({ type }) => read(type)).join(", ")})`;
  return fill(driver, { write: write(signature.returns, call) });
}

export const javascript: Driver = {
  starter: starterOfJavaScript,
  compose: (signature, source) => [
    { name: "main.js", content: mainOf(signature) },
    // After the candidate's last line, so that the lines of errors are theirs.
    { name: "solution.js", content: `${source}\nmodule.exports = { solution: ${name(signature.name)} };\n` },
    { name: "structures.js", content: structures },
  ],
};

/** A compiler follows imports and not calls of require; these leave nothing behind in what it makes. */
const compiledToo = `// @ts-nocheck\nimport type {} from "./solution";\nimport type {} from "./structures";\n`;

export const typescript: Driver = {
  starter: starterOfTypeScript,
  compose: (signature, source) => [
    { name: "main.ts", content: `${compiledToo}${mainOf(signature)}` },
    { name: "solution.ts", content: `${source}\nexport { ${name(signature.name)} as solution };\n` },
    { name: "structures.ts", content: typedStructures },
  ],
};
