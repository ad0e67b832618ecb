import { safeName } from "../names.ts";
import type { Scalar, Signature, ValueType } from "../signature.ts";
import { type Driver, fill } from "./driver.ts";

const scalars = { int: "Int", long: "Long", double: "Double", string: "String", boolean: "Boolean" } as const;

/** As the virtual machine has them: only strings are objects. */
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

const structures = `class ListNode<T>(var \`val\`: T, var next: ListNode<T>? = null)

class TreeNode<T>(var \`val\`: T, var left: TreeNode<T>? = null, var right: TreeNode<T>? = null)
`;

/** Its names begin with "driver", so that a candidate may use any other. */
const driver = `import java.util.HexFormat
import java.util.StringTokenizer

private val driverWords by lazy { StringTokenizer(System.\`in\`.readBytes().decodeToString()) }

private fun driverNext(): String = driverWords.nextToken()

private fun driverInt(word: String = driverNext()): Int = word.toInt()

private fun driverLong(word: String = driverNext()): Long = word.toLong()

private fun driverDouble(word: String = driverNext()): Double = word.toDouble()

private fun driverBoolean(word: String = driverNext()): Boolean = word == "1"

private fun driverString(word: String = driverNext()): String = HexFormat.of().parseHex(word.drop(1)).decodeToString()

private fun <T> driverList(read: () -> T): ListNode<T>? {
    val values = List(driverInt()) { read() }
    return values.foldRight(null as ListNode<T>?) { value, next -> ListNode(value, next) }
}

private fun <T> driverTree(read: (String) -> T): TreeNode<T>? {
    val parents = ArrayList<TreeNode<T>>()
    for (at in 0 until driverInt()) {
        val word = driverNext()
        if (word == "n") continue
        val node = TreeNode(read(word))
        if (at % 2 == 1) parents[(at - 1) / 2].left = node
        else if (at > 0) parents[(at - 1) / 2].right = node
        parents.add(node)
    }
    return parents.firstOrNull()
}

private fun driverJoin(words: List<String>): String = (listOf(words.size.toString()) + words).joinToString(" ")

private fun driverTreeWords(root: TreeNode<*>): List<String> {
    val found = ArrayList<TreeNode<*>?>()
    found.add(root)
    var length = 1
    var at = 0
    while (at < found.size) {
        val node = found[at++] ?: continue
        for (below in listOf(node.left, node.right)) {
            found.add(below)
            if (below != null) length = found.size
        }
    }
    return found.take(length).map { if (it == null) "n" else driverWrite(it.\`val\`) }
}

private fun driverWrite(value: Any?): String = when (value) {
    null -> "0"
    is Boolean -> if (value) "1" else "0"
    is String -> "x" + HexFormat.of().formatHex(value.encodeToByteArray())
    is IntArray -> driverJoin(value.map { it.toString() })
    is LongArray -> driverJoin(value.map { it.toString() })
    is DoubleArray -> driverJoin(value.map { it.toString() })
    is BooleanArray -> driverJoin(value.map { driverWrite(it) })
    is Array<*> -> driverJoin(value.map { driverWrite(it) })
    is ListNode<*> -> driverJoin(generateSequence<ListNode<*>>(value) { it.next }.map { driverWrite(it.\`val\`) }.toList())
    is TreeNode<*> -> driverJoin(driverTreeWords(value))
    else -> value.toString()
}

fun main() {
    // What the function prints is not its answer: it goes to stderr.
    val answer = System.out
    System.setOut(System.err)
    val result = @function@(@arguments@)
    answer.println(driverWrite(result))
    answer.flush()
}
`;

function read(type: ValueType): string {
  const one = `driver${scalars[type.of]}`;
  const array = type.of === "string" ? "Array" : `${scalars[type.of]}Array`;
  switch (type.kind) {
    case "scalar":
      return `${one}()`;
    case "array":
      return `${array}(driverInt()) { ${one}() }`;
    case "matrix":
      return `Array(driverInt()) { ${array}(driverInt()) { ${one}() } }`;
    case "linked-list":
      return `driverList { ${one}() }`;
    case "binary-tree":
      return `driverTree { ${one}(it) }`;
  }
}

export const kotlin: Driver = {
  starter,
  compose: (signature, source) => [
    {
      name: "main.kt",
      content: fill(driver, {
        function: name(signature.name),
        arguments: signature.parameters.map(({ type }) => read(type)).join(", "),
      }),
    },
    { name: "solution.kt", content: source },
    { name: "structures.kt", content: structures },
  ],
};
