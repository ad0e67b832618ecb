import { safeName } from "../names.ts";
import type { Scalar, Signature, ValueType } from "../signature.ts";
import { type Driver, fill } from "./driver.ts";

const scalars = { int: "int", long: "long", double: "double", string: "String", boolean: "boolean" } as const;
const boxes = { int: "Integer", long: "Long", double: "Double", string: "String", boolean: "Boolean" } as const;

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `${scalars[type.of]}[]`;
    case "matrix":
      return `${scalars[type.of]}[][]`;
    case "linked-list":
      return `ListNode<${boxes[type.of]}>`;
    case "binary-tree":
      return `TreeNode<${boxes[type.of]}>`;
  }
}

const name = (camel: string): string => safeName("java", camel);

function starter(signature: Signature): string {
  const parameters = signature.parameters.map((one) => `${typeName(one.type)} ${name(one.name)}`).join(", ");
  return `import java.util.*;\n\nclass Solution {\n    ${typeName(signature.returns)} ${name(signature.name)}(${parameters}) {\n        \n    }\n}\n`;
}

const listNode = `class ListNode<T> {
    T val;
    ListNode<T> next;

    ListNode(T val) {
        this.val = val;
    }

    ListNode(T val, ListNode<T> next) {
        this.val = val;
        this.next = next;
    }
}
`;

const treeNode = `class TreeNode<T> {
    T val;
    TreeNode<T> left, right;

    TreeNode(T val) {
        this.val = val;
    }

    TreeNode(T val, TreeNode<T> left, TreeNode<T> right) {
        this.val = val;
        this.left = left;
        this.right = right;
    }
}
`;

const driver = `import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.function.*;

public class Main {
    static StringTokenizer words;

    static Object read(String of, String word) {
        switch (of) {
            case "int": return Integer.valueOf(word);
            case "long": return Long.valueOf(word);
            case "double": return Double.valueOf(word);
            case "boolean": return word.equals("1");
            default:
                byte[] bytes = new byte[word.length() / 2];
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = (byte) Integer.parseInt(word.substring(2 * at + 1, 2 * at + 3), 16);
                }
                return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    static Object readArray(String of, Class<?> type) {
        int length = Integer.parseInt(words.nextToken());
        Object array = java.lang.reflect.Array.newInstance(type, length);
        for (int at = 0; at < length; at++) java.lang.reflect.Array.set(array, at, read(of, words.nextToken()));
        return array;
    }

    static Object readMatrix(String of, Class<?> type) {
        int length = Integer.parseInt(words.nextToken());
        Object matrix = java.lang.reflect.Array.newInstance(type.arrayType(), length);
        for (int at = 0; at < length; at++) java.lang.reflect.Array.set(matrix, at, readArray(of, type));
        return matrix;
    }

    @SuppressWarnings("unchecked")
    static <T> ListNode<T> readList(String of) {
        int length = Integer.parseInt(words.nextToken());
        ListNode<T> head = new ListNode<>(null), last = head;
        for (int at = 0; at < length; at++) {
            last.next = new ListNode<>((T) read(of, words.nextToken()));
            last = last.next;
        }
        return head.next;
    }

    @SuppressWarnings("unchecked")
    static <T> TreeNode<T> readTree(String of) {
        int length = Integer.parseInt(words.nextToken());
        List<TreeNode<T>> parents = new ArrayList<>();
        for (int at = 0; at < length; at++) {
            String word = words.nextToken();
            if (word.equals("n")) continue;
            TreeNode<T> node = new TreeNode<>((T) read(of, word));
            if (at % 2 == 1) parents.get((at - 1) / 2).left = node;
            else if (at > 0) parents.get((at - 1) / 2).right = node;
            parents.add(node);
        }
        return parents.isEmpty() ? null : parents.get(0);
    }

    static String write(Object value) {
        if (value instanceof Boolean) return (Boolean) value ? "1" : "0";
        if (value instanceof ListNode) return writeList((ListNode<?>) value);
        if (value instanceof TreeNode) return writeTree((TreeNode<?>) value);
        if (value instanceof String) {
            StringBuilder hex = new StringBuilder("x");
            for (byte one : ((String) value).getBytes(StandardCharsets.UTF_8)) hex.append(String.format("%02x", one));
            return hex.toString();
        }
        if (!value.getClass().isArray()) return value.toString();
        int length = java.lang.reflect.Array.getLength(value);
        StringBuilder text = new StringBuilder().append(length);
        for (int at = 0; at < length; at++) text.append(' ').append(write(java.lang.reflect.Array.get(value, at)));
        return text.toString();
    }

    static String writeList(ListNode<?> head) {
        List<String> items = new ArrayList<>();
        for (; head != null; head = head.next) items.add(write(head.val));
        return items.size() + " " + String.join(" ", items);
    }

    static String writeTree(TreeNode<?> root) {
        List<TreeNode<?>> found = new ArrayList<>();
        found.add(root);
        int length = 1;
        for (int at = 0; at < found.size(); at++) {
            if (found.get(at) == null) continue;
            for (TreeNode<?> below : Arrays.asList(found.get(at).left, found.get(at).right)) {
                found.add(below);
                if (below != null) length = found.size();
            }
        }
        StringBuilder text = new StringBuilder().append(length);
        for (int at = 0; at < length; at++) {
            text.append(' ').append(found.get(at) == null ? "n" : write(found.get(at).val));
        }
        return text.toString();
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws Exception {
        words = new StringTokenizer(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
        // What the method prints is not its answer: it goes to stderr.
        PrintStream answer = System.out;
        System.setOut(System.err);
        Object result = new Solution().@function@(@arguments@);
        answer.println(@write@);
        answer.flush();
    }
}
`;

function read(type: ValueType): string {
  const of: Scalar = type.of;
  switch (type.kind) {
    case "scalar":
      return `(${scalars[of]}) read("${of}", words.nextToken())`;
    case "array":
      return `(${typeName(type)}) readArray("${of}", ${scalars[of]}.class)`;
    case "matrix":
      return `(${typeName(type)}) readMatrix("${of}", ${scalars[of]}.class)`;
    case "linked-list":
      return `Main.<${boxes[of]}>readList("${of}")`;
    case "binary-tree":
      return `Main.<${boxes[of]}>readTree("${of}")`;
  }
}

const mayBeNull = ({ kind }: ValueType): boolean => kind === "linked-list" || kind === "binary-tree";

export const java: Driver = {
  starter,
  compose: (signature, source) => [
    {
      name: "Main.java",
      content: fill(driver, {
        function: name(signature.name),
        arguments: signature.parameters.map(({ type }) => read(type)).join(", "),
        // No list, and no tree, is an empty one; no array is no answer.
        write: mayBeNull(signature.returns) ? 'result == null ? "0" : write(result)' : "write(result)",
      }),
    },
    { name: "Solution.java", content: source },
    { name: "ListNode.java", content: listNode },
    { name: "TreeNode.java", content: treeNode },
  ],
};
