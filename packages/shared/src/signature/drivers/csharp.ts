import { pascalCase, safeName } from "../names.ts";
import type { Signature, ValueType } from "../signature.ts";
import { type Driver, fill } from "./driver.ts";

const scalars = { int: "int", long: "long", double: "double", string: "string", boolean: "bool" } as const;

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `${scalars[type.of]}[]`;
    case "matrix":
      return `${scalars[type.of]}[][]`;
    case "linked-list":
      return `ListNode<${scalars[type.of]}>`;
    case "binary-tree":
      return `TreeNode<${scalars[type.of]}>`;
  }
}

function starter(signature: Signature): string {
  const parameters = signature.parameters
    .map((one) => `${typeName(one.type)} ${safeName("csharp", one.name)}`)
    .join(", ");
  return `using System;
using System.Collections.Generic;
using System.Linq;

public class Solution
{
    public ${typeName(signature.returns)} ${pascalCase(signature.name)}(${parameters})
    {
        
    }
}
`;
}

const structures = `public class ListNode<T>
{
    public T val;
    public ListNode<T> next;

    public ListNode(T val = default(T), ListNode<T> next = null)
    {
        this.val = val;
        this.next = next;
    }
}

public class TreeNode<T>
{
    public T val;
    public TreeNode<T> left, right;

    public TreeNode(T val = default(T), TreeNode<T> left = null, TreeNode<T> right = null)
    {
        this.val = val;
        this.left = left;
        this.right = right;
    }
}
`;

const driver = `using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

public static class Driver
{
    static string[] words;
    static int at = 0;

    static string Next() { return words[at++]; }

    static T Take<T>(string word)
    {
        object value;
        if (typeof(T) == typeof(int)) value = int.Parse(word, CultureInfo.InvariantCulture);
        else if (typeof(T) == typeof(long)) value = long.Parse(word, CultureInfo.InvariantCulture);
        else if (typeof(T) == typeof(double)) value = double.Parse(word, CultureInfo.InvariantCulture);
        else if (typeof(T) == typeof(bool)) value = word == "1";
        else
        {
            var bytes = new byte[word.Length / 2];
            for (int index = 0; index < bytes.Length; index++) bytes[index] = Convert.ToByte(word.Substring(2 * index + 1, 2), 16);
            value = Encoding.UTF8.GetString(bytes);
        }
        return (T)value;
    }

    static T ReadScalar<T>() { return Take<T>(Next()); }

    static T[] ReadArray<T>()
    {
        var array = new T[int.Parse(Next())];
        for (int index = 0; index < array.Length; index++) array[index] = Take<T>(Next());
        return array;
    }

    static T[][] ReadMatrix<T>()
    {
        var matrix = new T[int.Parse(Next())][];
        for (int index = 0; index < matrix.Length; index++) matrix[index] = ReadArray<T>();
        return matrix;
    }

    static ListNode<T> ReadList<T>()
    {
        return ReadArray<T>().Reverse().Aggregate((ListNode<T>)null, (tail, value) => new ListNode<T>(value, tail));
    }

    static TreeNode<T> ReadTree<T>()
    {
        int length = int.Parse(Next());
        var parents = new List<TreeNode<T>>();
        for (int index = 0; index < length; index++)
        {
            string word = Next();
            if (word == "n") continue;
            var node = new TreeNode<T>(Take<T>(word));
            if (index % 2 == 1) parents[(index - 1) / 2].left = node;
            else if (index > 0) parents[(index - 1) / 2].right = node;
            parents.Add(node);
        }
        return parents.Count == 0 ? null : parents[0];
    }

    static string WriteScalar<T>(T value)
    {
        object boxed = value;
        if (boxed is bool) return (bool)boxed ? "1" : "0";
        if (boxed is double) return ((double)boxed).ToString("R", CultureInfo.InvariantCulture);
        if (typeof(T) != typeof(string)) return Convert.ToString(boxed, CultureInfo.InvariantCulture);
        return "x" + string.Concat(Encoding.UTF8.GetBytes((string)boxed).Select(one => one.ToString("x2")));
    }

    static string WriteArray<T>(IList<T> values)
    {
        return values.Count + " " + string.Join(" ", values.Select(value => WriteScalar(value)));
    }

    static string WriteMatrix<T>(IList<T[]> rows)
    {
        return rows.Count + " " + string.Join(" ", rows.Select(row => WriteArray(row)));
    }

    static string WriteList<T>(ListNode<T> head)
    {
        var values = new List<T>();
        for (; head != null; head = head.next) values.Add(head.val);
        return WriteArray(values);
    }

    static string WriteTree<T>(TreeNode<T> root)
    {
        var found = new List<TreeNode<T>>();
        if (root != null) found.Add(root);
        int length = found.Count;
        for (int index = 0; index < found.Count; index++)
        {
            if (found[index] == null) continue;
            foreach (var below in new[] { found[index].left, found[index].right })
            {
                found.Add(below);
                if (below != null) length = found.Count;
            }
        }
        return length + " " + string.Join(" ", found.Take(length).Select(node => node == null ? "n" : WriteScalar(node.val)));
    }

    public static void Main()
    {
        words = Console.In.ReadToEnd().Split((char[])null, StringSplitOptions.RemoveEmptyEntries);
        // What the method prints is not its answer: it goes to stderr.
        TextWriter answer = Console.Out;
        Console.SetOut(Console.Error);
        var result = new Solution().@function@(@arguments@);
        answer.WriteLine(@write@);
        answer.Flush();
    }
}
`;

const kinds = {
  scalar: "Scalar",
  array: "Array",
  matrix: "Matrix",
  "linked-list": "List",
  "binary-tree": "Tree",
} as const;

export const csharp: Driver = {
  starter,
  compose: (signature, source) => [
    {
      name: "Main.cs",
      content: fill(driver, {
        function: pascalCase(signature.name),
        arguments: signature.parameters.map(({ type }) => `Read${kinds[type.kind]}<${scalars[type.of]}>()`).join(", "),
        write: `Write${kinds[signature.returns.kind]}<${scalars[signature.returns.of]}>(result)`,
      }),
    },
    { name: "Solution.cs", content: source },
    { name: "Structures.cs", content: structures },
  ],
};
