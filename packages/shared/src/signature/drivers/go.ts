import { safeName } from "../names.ts";
import type { Signature, ValueType } from "../signature.ts";
import { type Driver, fill } from "./driver.ts";

const scalars = { int: "int", long: "int64", double: "float64", string: "string", boolean: "bool" } as const;

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `[]${scalars[type.of]}`;
    case "matrix":
      return `[][]${scalars[type.of]}`;
    case "linked-list":
      return `*ListNode[${scalars[type.of]}]`;
    case "binary-tree":
      return `*TreeNode[${scalars[type.of]}]`;
  }
}

const name = (camel: string): string => safeName("go", camel);

function starter(signature: Signature): string {
  const parameters = signature.parameters.map((one) => `${name(one.name)} ${typeName(one.type)}`).join(", ");
  return `package main\n\nfunc ${name(signature.name)}(${parameters}) ${typeName(signature.returns)} {\n\t\n}\n`;
}

const structures = `package main

type ListNode[T any] struct {
	Val  T
	Next *ListNode[T]
}

type TreeNode[T any] struct {
	Val   T
	Left  *TreeNode[T]
	Right *TreeNode[T]
}
`;

/** Its names begin with "driver", so that a candidate may use any other. */
const driver = `package main

import (
	"encoding/hex"
	"io"
	"os"
	"strconv"
	"strings"
)

var driverWords []string

func driverNext() string {
	word := driverWords[0]
	driverWords = driverWords[1:]
	return word
}

func driverMust[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func driverTake[T any](word string) T {
	var value T
	switch pointer := any(&value).(type) {
	case *int:
		*pointer = driverMust(strconv.Atoi(word))
	case *int64:
		*pointer = driverMust(strconv.ParseInt(word, 10, 64))
	case *float64:
		*pointer = driverMust(strconv.ParseFloat(word, 64))
	case *bool:
		*pointer = word == "1"
	case *string:
		*pointer = string(driverMust(hex.DecodeString(word[1:])))
	}
	return value
}

func driverReadScalar[T any]() T { return driverTake[T](driverNext()) }

func driverReadArray[T any]() []T {
	values := make([]T, driverTake[int](driverNext()))
	for at := range values {
		values[at] = driverTake[T](driverNext())
	}
	return values
}

func driverReadMatrix[T any]() [][]T {
	rows := make([][]T, driverTake[int](driverNext()))
	for at := range rows {
		rows[at] = driverReadArray[T]()
	}
	return rows
}

func driverReadList[T any]() *ListNode[T] {
	values := driverReadArray[T]()
	var head *ListNode[T]
	for at := len(values) - 1; at >= 0; at-- {
		head = &ListNode[T]{Val: values[at], Next: head}
	}
	return head
}

func driverReadTree[T any]() *TreeNode[T] {
	length := driverTake[int](driverNext())
	var parents []*TreeNode[T]
	for at := 0; at < length; at++ {
		word := driverNext()
		if word == "n" {
			continue
		}
		node := &TreeNode[T]{Val: driverTake[T](word)}
		if at%2 == 1 {
			parents[(at-1)/2].Left = node
		} else if at > 0 {
			parents[(at-1)/2].Right = node
		}
		parents = append(parents, node)
	}
	if len(parents) == 0 {
		return nil
	}
	return parents[0]
}

func driverWriteScalar[T any](value T) string {
	switch one := any(value).(type) {
	case int:
		return strconv.Itoa(one)
	case int64:
		return strconv.FormatInt(one, 10)
	case float64:
		return strconv.FormatFloat(one, 'g', -1, 64)
	case bool:
		if one {
			return "1"
		}
		return "0"
	case string:
		return "x" + hex.EncodeToString([]byte(one))
	}
	panic("a type without a word")
}

func driverJoin[T any](values []T, write func(T) string) string {
	words := []string{strconv.Itoa(len(values))}
	for _, value := range values {
		words = append(words, write(value))
	}
	return strings.Join(words, " ")
}

func driverWriteArray[T any](values []T) string { return driverJoin(values, driverWriteScalar[T]) }

func driverWriteMatrix[T any](rows [][]T) string { return driverJoin(rows, driverWriteArray[T]) }

func driverWriteList[T any](head *ListNode[T]) string {
	var values []T
	for ; head != nil; head = head.Next {
		values = append(values, head.Val)
	}
	return driverWriteArray(values)
}

func driverWriteTree[T any](root *TreeNode[T]) string {
	var found []*TreeNode[T]
	if root != nil {
		found = append(found, root)
	}
	length := len(found)
	for at := 0; at < len(found); at++ {
		if found[at] == nil {
			continue
		}
		for _, below := range []*TreeNode[T]{found[at].Left, found[at].Right} {
			found = append(found, below)
			if below != nil {
				length = len(found)
			}
		}
	}
	return driverJoin(found[:length], func(node *TreeNode[T]) string {
		if node == nil {
			return "n"
		}
		return driverWriteScalar(node.Val)
	})
}

func main() {
	input := driverMust(io.ReadAll(os.Stdin))
	driverWords = strings.Fields(string(input))
	// What the function prints is not its answer: it goes to stderr.
	answer := os.Stdout
	os.Stdout = os.Stderr
	@reads@
	result := @function@(@arguments@)
	driverMust(answer.WriteString(@write@ + "\\n"))
}
`;

const kinds = {
  scalar: "Scalar",
  array: "Array",
  matrix: "Matrix",
  "linked-list": "List",
  "binary-tree": "Tree",
} as const;

export const go: Driver = {
  starter,
  compose: (signature, source) => {
    const reads = signature.parameters.map(
      ({ type }, index) => `argument${index} := driverRead${kinds[type.kind]}[${scalars[type.of]}]()`,
    );
    return [
      {
        name: "main.go",
        content: fill(driver, {
          reads: reads.join("\n\t"),
          function: name(signature.name),
          arguments: signature.parameters.map((_, index) => `argument${index}`).join(", "),
          write: `driverWrite${kinds[signature.returns.kind]}(result)`,
        }),
      },
      { name: "solution.go", content: source },
      { name: "structures.go", content: structures },
    ];
  },
};
