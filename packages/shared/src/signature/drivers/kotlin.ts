import { safeName } from "../names.ts";
import type { Scalar, Signature, ValueType } from "../signature.ts";
import { type Driver, fill } from "./driver.ts";

const scalars = { int: "Int", long: "Long", double: "Double", string: "String", boolean: "Boolean" } as const;

const arrayOf = (of: Scalar): string => (of === "string" ? "Array<String>" : `${scalars[of]}Array`);

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return arrayOf(type.of);
    case "matrix":
      return `Array<${arrayOf(type.of)}>`;
    case "linked-list":
      return `ListNode<${scalars[type.of]}>?`;
    case "binary-tree":
      return `TreeNode<${scalars[type.of]}>?`;
  }
}

const name = (camel: string): string => safeName("kotlin", camel);

function starter(signature: Signature): string {
  const parameters = signature.parameters.map((one) => `${name(one.name)}: ${typeName(one.type)}`).join(", ");
  return `fun ${name(signature.name)}(${parameters}): ${typeName(signature.returns)} {\n    \n}\n`;
}

const driver = `import java.io.PrintStream
import java.util.StringTokenizer

class ListNode<T>(var \`val\`: T, var next: ListNode<T>? = null)

class TreeNode<T>(var \`val\`: T, var left: TreeNode<T>? = null, var right: TreeNode<T>? = null)

object Driver {
    val words = StringTokenizer(String(System.\`in\`.readBytes(), Charsets.UTF_8))

    fun int(word: String) = word.toInt()
    fun long(word: String) = word.toLong()
    fun double(word: String) = word.toDouble()
    fun boolean(word: String) = word == "1"
    fun string(word: String) =
        String(ByteArray(word.length / 2) { word.substring(2 * it + 1, 2 * it + 3).toInt(16).toByte() }, Charsets.UTF_8)

    fun <T> read(take: (String) -> T): T = take(words.nextToken())

    fun <T> readItems(take: (String) -> T): List<T> = List(words.nextToken().toInt()) { take(words.nextToken()) }

    fun <T> readRows(take: (String) -> T): List<List<T>> = List(words.nextToken().toInt()) { readItems(take) }

    fun <T> readList(take: (String) -> T): ListNode<T>? {
        var head: ListNode<T>? = null
        for (value in readItems(take).reversed()) head = ListNode(value, head)
        return head
    }

    fun <T> readTree(take: (String) -> T): TreeNode<T>? {
        val parents = ArrayList<TreeNode<T>>()
        for (at in 0 until words.nextToken().toInt()) {
            val word = words.nextToken()
            if (word == "n") continue
            val node = TreeNode(take(word))
            if (at % 2 == 1) parents[(at - 1) / 2].left = node
            else if (at > 0) parents[(at - 1) / 2].right = node
            parents.add(node)
        }
        return if (parents.isEmpty()) null else parents[0]
    }

    fun write(value: Any?): String = when (value) {
        null -> "0"
        is Boolean -> if (value) "1" else "0"
        is String -> "x" + value.toByteArray(Charsets.UTF_8).joinToString("") { String.format("%02x", it) }
        is IntArray -> writeAll(value.asList())
        is LongArray -> writeAll(value.asList())
        is DoubleArray -> writeAll(value.asList())
        is BooleanArray -> writeAll(value.asList())
        is Array<*> -> writeAll(value.asList())
        is ListNode<*> -> writeAll(generateSequence<ListNode<*>>(value) { it.next }.map { it.\`val\` }.toList())
        is TreeNode<*> -> writeTree(value)
        else -> value.toString()
    }

    fun writeAll(values: List<Any?>) = (listOf(values.size.toString()) + values.map { write(it) }).joinToString(" ")

    fun writeTree(root: TreeNode<*>): String {
        val found = ArrayList<TreeNode<*>?>()
        found.add(root)
        var length = 1
        var at = 0
        while (at < found.size) {
            val node = found[at]
            at += 1
            if (node == null) continue
            for (below in listOf(node.left, node.right)) {
                found.add(below)
                if (below != null) length = found.size
            }
        }
        return length.toString() + " " + found.take(length).joinToString(" ") { if (it == null) "n" else write(it.\`val\`) }
    }
}

fun main() {
    // What the function prints is not its answer: it goes to stderr.
    val answer: PrintStream = System.out
    System.setOut(System.err)
    val result: Any? = @function@(@arguments@)
    answer.println(Driver.write(result))
    answer.flush()
}
`;

function read(type: ValueType): string {
  const take = `Driver::${type.of}`;
  const primitive = type.of === "string" ? "toTypedArray()" : `to${scalars[type.of]}Array()`;
  switch (type.kind) {
    case "scalar":
      return `Driver.read(${take})`;
    case "array":
      return `Driver.readItems(${take}).${primitive}`;
    case "matrix":
      return `Driver.readRows(${take}).map { it.${primitive} }.toTypedArray()`;
    case "linked-list":
      return `Driver.readList(${take})`;
    case "binary-tree":
      return `Driver.readTree(${take})`;
  }
}

export const kotlin: Driver = {
  starter,
  compose: (signature, source) => [
    {
      name: "Main.kt",
      content: fill(driver, {
        function: name(signature.name),
        arguments: signature.parameters.map(({ type }) => read(type)).join(", "),
      }),
    },
    { name: "Solution.kt", content: source },
  ],
};
