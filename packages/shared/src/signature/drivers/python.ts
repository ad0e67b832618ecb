import { safeName, snakeCase } from "../names.ts";
import type { Signature, ValueType } from "../signature.ts";
import { type Driver, fill, usesList, usesTree } from "./driver.ts";

const scalars = { int: "int", long: "int", double: "float", string: "str", boolean: "bool" } as const;

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `list[${scalars[type.of]}]`;
    case "matrix":
      return `list[list[${scalars[type.of]}]]`;
    case "linked-list":
      return "ListNode | None";
    case "binary-tree":
      return "TreeNode | None";
  }
}

const name = (camel: string): string => safeName("python", snakeCase(camel));

function starter(signature: Signature): string {
  const nodes = [...(usesList(signature) ? ["ListNode"] : []), ...(usesTree(signature) ? ["TreeNode"] : [])];
  const parameters = signature.parameters.map((one) => `${name(one.name)}: ${typeName(one.type)}`).join(", ");
  const head = nodes.length > 0 ? `from structures import ${nodes.join(", ")}\n\n\n` : "";
  return `${head}def ${name(signature.name)}(${parameters}) -> ${typeName(signature.returns)}:\n    \n`;
}

const structures = `class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next


class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val = val
        self.left = left
        self.right = right
`;

const driver = `import os
import sys

# What the function prints is not its answer: stdout becomes stderr, and the answer goes to the stdout that was.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

from structures import ListNode, TreeNode

words = iter(sys.stdin.buffer.read().decode().split())


def read_integer():
    return int(next(words))


read_int = read_long = read_integer


def read_double():
    return float(next(words))


def read_boolean():
    return next(words) == "1"


def read_string():
    return bytes.fromhex(next(words)[1:]).decode()


def read_array(read):
    return [read() for _ in range(int(next(words)))]


def read_matrix(read):
    return [read_array(read) for _ in range(int(next(words)))]


def read_list(read):
    head = ListNode()
    last = head
    for _ in range(int(next(words))):
        last.next = ListNode(read())
        last = last.next
    return head.next


def read_tree(read):
    values = [next(words) for _ in range(int(next(words)))]
    if not values:
        return None
    nodes = [None if value == "n" else TreeNode(int(value)) for value in values]
    parents = iter(nodes)
    parent = next(parents)
    for index in range(1, len(nodes)):
        if index % 2 == 1:
            if index > 1:
                parent = next(parents)
            while parent is None:
                parent = next(parents)
            parent.left = nodes[index]
        else:
            parent.right = nodes[index]
    return nodes[0]


def write_integer(value):
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"an integer should have been returned, not {value!r}")
    return [str(value)]


write_int = write_long = write_integer


def write_double(value):
    return [repr(float(value))]


def write_boolean(value):
    if not isinstance(value, bool):
        raise TypeError(f"True or False should have been returned, not {value!r}")
    return ["1" if value else "0"]


def write_string(value):
    if not isinstance(value, str):
        raise TypeError(f"a string should have been returned, not {value!r}")
    return ["x" + value.encode().hex()]


def write_array(value, write):
    items = [word for item in value for word in write(item)]
    return [str(len(value)), *items]


def write_matrix(value, write):
    return [str(len(value)), *(word for row in value for word in write_array(row, write))]


def write_list(value, write):
    items = []
    while value is not None:
        items.append(value.val)
        value = value.next
    return write_array(items, write)


def write_tree(value, write):
    found = []
    level = [value]
    while any(node is not None for node in level):
        below = []
        for node in level:
            if node is None:
                found.append("n")
            else:
                found += write(node.val)
                below += [node.left, node.right]
        level = below
    while found and found[-1] == "n":
        found.pop()
    return [str(len(found)), *found]


from solution import @function@

answer.write(" ".join(@write@) + "\\n")
answer.flush()
`;

const kinds = { array: "array", matrix: "matrix", "linked-list": "list", "binary-tree": "tree" } as const;

const read = (type: ValueType): string =>
  type.kind === "scalar" ? `read_${type.of}()` : `read_${kinds[type.kind]}(read_${type.of})`;

const write = (type: ValueType, value: string): string =>
  type.kind === "scalar" ? `write_${type.of}(${value})` : `write_${kinds[type.kind]}(${value}, write_${type.of})`;

export const python: Driver = {
  starter,
  compose: (signature, source) => {
    const call = `${name(signature.name)}(${signature.parameters.map(({ type }) => read(type)).join(", ")})`;
    return [
      {
        name: "main.py",
        content: fill(driver, { function: name(signature.name), write: write(signature.returns, call) }),
      },
      { name: "solution.py", content: source },
      { name: "structures.py", content: structures },
    ];
  },
};
