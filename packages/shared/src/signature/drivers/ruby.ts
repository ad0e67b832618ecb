import { safeName, snakeCase } from "../names.ts";
import type { Signature, ValueType } from "../signature.ts";
import { type Driver, fill } from "./driver.ts";

const scalars = { int: "Integer", long: "Integer", double: "Float", string: "String", boolean: "Boolean" } as const;

/** As YARD writes types: Ruby itself has none. */
function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `Array<${scalars[type.of]}>`;
    case "matrix":
      return `Array<Array<${scalars[type.of]}>>`;
    case "linked-list":
      return "ListNode, nil";
    case "binary-tree":
      return "TreeNode, nil";
  }
}

const name = (camel: string): string => safeName("ruby", snakeCase(camel));

function starter(signature: Signature): string {
  const comments = signature.parameters.map((one) => `# @param ${name(one.name)} [${typeName(one.type)}]\n`);
  const parameters = signature.parameters.map((one) => name(one.name)).join(", ");
  return `${comments.join("")}# @return [${typeName(signature.returns)}]\ndef ${name(signature.name)}(${parameters})\n  \nend\n`;
}

const driver = `ListNode = Struct.new(:val, :next)
TreeNode = Struct.new(:val, :left, :right)

module Driver
  # What the function prints is not its answer: stdout becomes stderr, and the answer goes to the stdout that was.
  ANSWER = STDOUT.dup
  STDOUT.reopen(STDERR)
  WORDS = STDIN.read.split

  module_function

  def read_int(word = WORDS.shift) = Integer(word)
  def read_long(word = WORDS.shift) = Integer(word)
  def read_double(word = WORDS.shift) = Float(word)
  def read_boolean(word = WORDS.shift) = word == "1"
  def read_string(word = WORDS.shift) = [word[1..]].pack("H*").force_encoding("UTF-8")

  def read_array(of) = Array.new(WORDS.shift.to_i) { send("read_#{of}") }
  def read_matrix(of) = Array.new(WORDS.shift.to_i) { read_array(of) }
  def read_list(of) = read_array(of).reverse.reduce(nil) { |tail, value| ListNode.new(value, tail) }

  def read_tree(of)
    parents = []
    WORDS.shift.to_i.times do |at|
      word = WORDS.shift
      next if word == "n"
      node = TreeNode.new(send("read_#{of}", word))
      if at.odd? then parents[(at - 1) / 2].left = node
      elsif at > 0 then parents[(at - 1) / 2].right = node
      end
      parents << node
    end
    parents.first
  end

  def must(fits, value, wanted)
    raise TypeError, "should have returned #{wanted}, not #{value.inspect}" unless fits
  end

  def write_int(value)
    must(value.is_a?(Integer), value, "an integer")
    value.to_s
  end

  def write_long(value) = write_int(value)

  def write_double(value)
    must(value.is_a?(Numeric), value, "a number")
    value.to_f.to_s
  end

  def write_boolean(value)
    must(value == true || value == false, value, "true or false")
    value ? "1" : "0"
  end

  def write_string(value)
    must(value.is_a?(String), value, "a string")
    "x" + value.encode("UTF-8").unpack1("H*")
  end

  def write_array(values, of)
    must(values.is_a?(Array), values, "an array")
    [values.length, *values.map { |value| send("write_#{of}", value) }].join(" ")
  end

  def write_matrix(rows, of)
    must(rows.is_a?(Array), rows, "an array")
    [rows.length, *rows.map { |row| write_array(row, of) }].join(" ")
  end

  def write_list(node, of)
    values = []
    while node
      values << node.val
      node = node.next
    end
    write_array(values, of)
  end

  def write_tree(root, of)
    found = []
    level = [root]
    while level.any?
      found.concat(level.map { |node| node ? send("write_#{of}", node.val) : "n" })
      level = level.compact.flat_map { |node| [node.left, node.right] }
    end
    found.pop while found.last == "n"
    [found.length, *found].join(" ")
  end
end

require_relative "solution"

answer = @write@
Driver::ANSWER.write(answer, "\\n")
Driver::ANSWER.flush
`;

const kinds = { array: "array", matrix: "matrix", "linked-list": "list", "binary-tree": "tree" } as const;
const read = (type: ValueType): string =>
  type.kind === "scalar" ? `Driver.read_${type.of}` : `Driver.read_${kinds[type.kind]}(:${type.of})`;
const write = (type: ValueType, value: string): string =>
  type.kind === "scalar"
    ? `Driver.write_${type.of}(${value})`
    : `Driver.write_${kinds[type.kind]}(${value}, :${type.of})`;

export const ruby: Driver = {
  starter,
  compose: (signature, source) => {
    const call = `${name(signature.name)}(${signature.parameters.map(({ type }) => read(type)).join(", ")})`;
    return [
      { name: "main.rb", content: fill(driver, { write: write(signature.returns, call) }) },
      { name: "solution.rb", content: source },
    ];
  },
};
