import type { FunctionSamples } from "./functions.ts";

const python: FunctionSamples = {
  bodies: {
    plusOne: 'print("debug")\nreturn number + 1',
    bigger: "return number + 1",
    half: "return in_ / 2",
    wrapText: 'return "[" + text + "]"',
    isLong: "return answer and len(text) > at_most",
    switch: "return [not flag for flag in flags]",
    backwards: "return words[::-1]",
    turn: "return rows[::-1]",
    reverseList: "tail = None\nwhile head:\n    tail = ListNode(head.val, tail)\n    head = head.next\nreturn tail",
    mirror: "return root and TreeNode(root.val, mirror(root.right), mirror(root.left))",
    sumAll: `total = sum(numbers) + sum(map(sum, grid))
while head:
    total += head.val
    head = head.next
nodes = [root]
for node in nodes:
    if node:
        total += node.val
        nodes += [node.left, node.right]
return int(total * factor)`,
  },
  throws: 'raise ValueError("no")',
  nothing: "return None",
};

const ruby: FunctionSamples = {
  bodies: {
    plusOne: 'puts "debug"\nnumber + 1',
    bigger: "number + 1",
    half: "in_ / 2",
    wrapText: '"[" + text + "]"',
    isLong: "answer && text.length > at_most",
    switch: "flags.map { |flag| !flag }",
    backwards: "words.reverse",
    turn: "rows.reverse",
    reverseList: "tail = nil\nwhile head\n  tail = ListNode.new(head.val, tail)\n  head = head.next\nend\ntail",
    mirror: "root && TreeNode.new(root.val, mirror(root.right), mirror(root.left))",
    sumAll: `total = numbers.sum + grid.flatten.sum
while head
  total += head.val
  head = head.next
end
nodes = [root]
while nodes.any?
  node = nodes.shift or next
  total += node.val
  nodes.push(node.left, node.right)
end
(total * factor).to_i`,
  },
  throws: 'raise "no"',
  nothing: "nil",
};

const javascript: FunctionSamples = {
  bodies: {
    plusOne: 'console.log("debug");\nreturn number + 1;',
    bigger: "return number + 1n;",
    half: "return in_ / 2;",
    wrapText: 'return "[" + text + "]";',
    isLong: "return answer && text.length > atMost;",
    switch: "return flags.map((flag) => !flag);",
    backwards: "return words.toReversed();",
    turn: "return rows.toReversed();",
    reverseList: `let tail = null;
for (let node = head; node; node = node.next) tail = new ListNode(node.val, tail);
return tail;`,
    mirror: "return root && new TreeNode(root.val, mirror(root.right), mirror(root.left));",
    sumAll: `let total = BigInt(numbers.reduce((sum, number) => sum + number, 0));
for (const number of grid.flat()) total += number;
for (let node = head; node; node = node.next) total += BigInt(node.val);
const nodes = [root];
for (const node of nodes) if (node) { total += node.val; nodes.push(node.left, node.right); }
return BigInt(Number(total) * factor);`,
  },
  throws: 'throw new Error("no");',
  nothing: "return undefined;",
};

const typescript: FunctionSamples = {
  ...javascript,
  bodies: {
    ...javascript.bodies,
    reverseList: `let tail: ListNode<bigint> | null = null;
for (let node = head; node; node = node.next) tail = new ListNode<bigint>(node.val, tail);
return tail;`,
  },
  nothing: "return undefined as unknown as string[];",
};

const java: FunctionSamples = {
  bodies: {
    plusOne: 'System.out.println("debug");\nreturn number + 1;',
    bigger: "return number + 1;",
    half: "return in / 2;",
    wrapText: 'return "[" + text + "]";',
    isLong: "return answer && text.length() > atMost;",
    switch: "for (int at = 0; at < flags.length; at++) flags[at] = !flags[at];\nreturn flags;",
    backwards: "Collections.reverse(Arrays.asList(words));\nreturn words;",
    turn: "Collections.reverse(Arrays.asList(rows));\nreturn rows;",
    reverseList: `ListNode<Long> tail = null;
for (; head != null; head = head.next) tail = new ListNode<>(head.val, tail);
return tail;`,
    mirror: "return root == null ? null : new TreeNode<>(root.val, mirror(root.right), mirror(root.left));",
    sumAll: `long total = 0;
for (int number : numbers) total += number;
for (long[] row : grid) for (long number : row) total += number;
for (; head != null; head = head.next) total += head.val;
Deque<TreeNode<Long>> nodes = new ArrayDeque<>();
if (root != null) nodes.add(root);
while (!nodes.isEmpty()) {
    TreeNode<Long> node = nodes.remove();
    total += node.val;
    if (node.left != null) nodes.add(node.left);
    if (node.right != null) nodes.add(node.right);
}
return (long) (total * factor);`,
  },
  throws: 'throw new IllegalStateException("no");',
  nothing: "return null;",
};

const kotlin: FunctionSamples = {
  bodies: {
    plusOne: 'println("debug")\nreturn number + 1',
    bigger: "return number + 1",
    half: "return in_ / 2",
    wrapText: 'return "[$text]"',
    isLong: "return answer && text.length > atMost",
    switch: "return BooleanArray(flags.size) { !flags[it] }",
    backwards: "return words.reversedArray()",
    turn: "return rows.reversedArray()",
    reverseList: `var tail: ListNode<Long>? = null
var node = head
while (node != null) {
    tail = ListNode(node.\`val\`, tail)
    node = node.next
}
return tail`,
    mirror: "return root?.let { TreeNode(it.`val`, mirror(it.right), mirror(it.left)) }",
    sumAll: `var total = numbers.sum() + grid.sumOf { it.sum() }
total += generateSequence(head) { it.next }.sumOf { it.\`val\` }
val nodes = ArrayDeque(listOfNotNull(root))
while (nodes.isNotEmpty()) {
    val node = nodes.removeFirst()
    total += node.\`val\`
    nodes.addAll(listOfNotNull(node.left, node.right))
}
return (total * factor).toLong()`,
  },
  throws: 'throw IllegalStateException("no")',
};

const csharp: FunctionSamples = {
  bodies: {
    plusOne: 'Console.WriteLine("debug");\nreturn number + 1;',
    bigger: "return number + 1;",
    half: "return in_ / 2;",
    wrapText: 'return "[" + text + "]";',
    isLong: "return answer && text.Length > atMost;",
    switch: "return flags.Select(flag => !flag).ToArray();",
    backwards: "return words.Reverse().ToArray();",
    turn: "return rows.Reverse().ToArray();",
    reverseList: `ListNode<long> tail = null;
for (; head != null; head = head.next) tail = new ListNode<long>(head.val, tail);
return tail;`,
    mirror: "return root == null ? null : new TreeNode<int>(root.val, Mirror(root.right), Mirror(root.left));",
    sumAll: `long total = numbers.Sum() + grid.Sum(row => row.Sum());
for (; head != null; head = head.next) total += head.val;
var nodes = new Queue<TreeNode<long>>();
nodes.Enqueue(root);
while (nodes.Count > 0)
{
    var node = nodes.Dequeue();
    if (node == null) continue;
    total += node.val;
    nodes.Enqueue(node.left);
    nodes.Enqueue(node.right);
}
return (long)(total * factor);`,
  },
  throws: 'throw new Exception("no");',
  nothing: "return null;",
};

const cpp: FunctionSamples = {
  bodies: {
    plusOne: 'cout << "debug\\n";\nreturn number + 1;',
    bigger: "return number + 1;",
    half: "return in / 2;",
    wrapText: 'return "[" + text + "]";',
    isLong: "return answer && int(text.size()) > atMost;",
    switch: "flags.flip();\nreturn flags;",
    backwards: "reverse(words.begin(), words.end());\nreturn words;",
    turn: "reverse(rows.begin(), rows.end());\nreturn rows;",
    reverseList: `ListNode<long long> *tail = nullptr;
for (; head; head = head->next) tail = new ListNode<long long>(head->val, tail);
return tail;`,
    mirror: "return root ? new TreeNode<int>(root->val, mirror(root->right), mirror(root->left)) : nullptr;",
    sumAll: `long long total = accumulate(numbers.begin(), numbers.end(), 0LL);
for (auto &row : grid) total += accumulate(row.begin(), row.end(), 0LL);
for (; head; head = head->next) total += head->val;
queue<TreeNode<long long> *> nodes;
for (nodes.push(root); !nodes.empty(); nodes.pop()) {
    auto node = nodes.front();
    if (!node) continue;
    total += node->val;
    nodes.push(node->left);
    nodes.push(node->right);
}
return total * factor;`,
  },
  throws: 'throw runtime_error("no");',
};

const go: FunctionSamples = {
  printing: '\nimport "fmt"',
  bodies: {
    plusOne: 'fmt.Println("debug")\nreturn number + 1',
    bigger: "return number + 1",
    half: "return in / 2",
    wrapText: 'return "[" + text + "]"',
    isLong: "return answer && len(text) > atMost",
    switch: "for at := range flags {\n\tflags[at] = !flags[at]\n}\nreturn flags",
    backwards:
      "var found []string\nfor at := range words {\n\tfound = append(found, words[len(words)-1-at])\n}\nreturn found",
    turn: "var found [][]float64\nfor at := range rows {\n\tfound = append(found, rows[len(rows)-1-at])\n}\nreturn found",
    reverseList: `var tail *ListNode[int64]
for ; head != nil; head = head.Next {
	tail = &ListNode[int64]{Val: head.Val, Next: tail}
}
return tail`,
    mirror: `if root == nil {
	return nil
}
return &TreeNode[int]{Val: root.Val, Left: mirror(root.Right), Right: mirror(root.Left)}`,
    sumAll: `var total int64
for _, number := range numbers {
	total += int64(number)
}
for _, row := range grid {
	for _, number := range row {
		total += number
	}
}
for ; head != nil; head = head.Next {
	total += int64(head.Val)
}
nodes := []*TreeNode[int64]{root}
for at := 0; at < len(nodes); at++ {
	if nodes[at] != nil {
		total += nodes[at].Val
		nodes = append(nodes, nodes[at].Left, nodes[at].Right)
	}
}
return int64(float64(total) * factor)`,
  },
  throws: 'panic("no")',
};

const rust: FunctionSamples = {
  bodies: {
    plusOne: 'println!("debug");\nnumber + 1',
    bigger: "number + 1",
    half: "in_ / 2.0",
    wrapText: 'format!("[{text}]")',
    isLong: "answer && text.len() > at_most as usize",
    switch: "flags.into_iter().map(|flag| !flag).collect()",
    backwards: "words.into_iter().rev().collect()",
    turn: "rows.into_iter().rev().collect()",
    reverseList: `let (mut rest, mut tail) = (head, None);
while let Some(mut node) = rest {
    rest = node.next.take();
    node.next = tail;
    tail = Some(node);
}
tail`,
    mirror: `root.map(|node| {
    let TreeNode { val, left, right } = *node;
    Box::new(TreeNode { val, left: mirror(right), right: mirror(left) })
})`,
    sumAll: `let mut total: i64 = numbers.iter().map(|&number| number as i64).sum();
total += grid.iter().flatten().sum::<i64>();
let mut rest = &head;
while let Some(node) = rest {
    total += node.val as i64;
    rest = &node.next;
}
let mut nodes = vec![&root];
while let Some(found) = nodes.pop() {
    if let Some(node) = found {
        total += node.val;
        nodes.extend([&node.left, &node.right]);
    }
}
(total as f64 * factor) as i64`,
  },
  throws: 'panic!("no")',
};

/** For every language that has a driver. */
export const functionSamples: Readonly<Record<string, FunctionSamples>> = {
  python,
  javascript,
  typescript,
  java,
  kotlin,
  cpp,
  csharp,
  go,
  rust,
  ruby,
};
