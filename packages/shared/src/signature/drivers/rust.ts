import { safeName, snakeCase } from "../names.ts";
import type { Signature, ValueType } from "../signature.ts";
import { type Driver, fill, usesNodes } from "./driver.ts";

const scalars = { int: "i32", long: "i64", double: "f64", string: "String", boolean: "bool" } as const;

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `Vec<${scalars[type.of]}>`;
    case "matrix":
      return `Vec<Vec<${scalars[type.of]}>>`;
    case "linked-list":
      return `Option<Box<ListNode<${scalars[type.of]}>>>`;
    case "binary-tree":
      return `Option<Box<TreeNode<${scalars[type.of]}>>>`;
  }
}

const name = (camel: string): string => safeName("rust", snakeCase(camel));

function starter(signature: Signature): string {
  const head = usesNodes(signature) ? "use crate::structures::*;\n\n" : "";
  const parameters = signature.parameters.map((one) => `${name(one.name)}: ${typeName(one.type)}`).join(", ");
  return `${head}pub fn ${name(signature.name)}(${parameters}) -> ${typeName(signature.returns)} {\n    \n}\n`;
}

const structures = `#[derive(Debug, Clone, PartialEq)]
pub struct ListNode<T> {
    pub val: T,
    pub next: Option<Box<ListNode<T>>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TreeNode<T> {
    pub val: T,
    pub left: Option<Box<TreeNode<T>>>,
    pub right: Option<Box<TreeNode<T>>>,
}
`;

const driver = `#![allow(dead_code, unused_imports)]
mod solution;
mod structures;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use structures::{ListNode, TreeNode};

extern "C" {
    fn dup(from: i32) -> i32;
    fn dup2(from: i32, to: i32) -> i32;
}

type Words = VecDeque<String>;

trait Value: Sized {
    fn take(word: &str) -> Self;
    fn word(&self) -> String;
}

impl Value for i32 {
    fn take(word: &str) -> Self { word.parse().unwrap() }
    fn word(&self) -> String { self.to_string() }
}

impl Value for i64 {
    fn take(word: &str) -> Self { word.parse().unwrap() }
    fn word(&self) -> String { self.to_string() }
}

impl Value for f64 {
    fn take(word: &str) -> Self { word.parse().unwrap() }
    fn word(&self) -> String { format!("{:?}", self) }
}

impl Value for bool {
    fn take(word: &str) -> Self { word == "1" }
    fn word(&self) -> String { if *self { "1" } else { "0" }.to_string() }
}

impl Value for String {
    fn take(word: &str) -> Self {
        let bytes = (1..word.len()).step_by(2).map(|at| u8::from_str_radix(&word[at..at + 2], 16).unwrap()).collect();
        String::from_utf8(bytes).unwrap()
    }
    fn word(&self) -> String {
        self.bytes().fold("x".to_string(), |text, byte| text + &format!("{:02x}", byte))
    }
}

fn length(words: &mut Words) -> usize { words.pop_front().unwrap().parse().unwrap() }

fn read_scalar<T: Value>(words: &mut Words) -> T { T::take(&words.pop_front().unwrap()) }

fn read_array<T: Value>(words: &mut Words) -> Vec<T> { (0..length(words)).map(|_| read_scalar(words)).collect() }

fn read_matrix<T: Value>(words: &mut Words) -> Vec<Vec<T>> { (0..length(words)).map(|_| read_array(words)).collect() }

fn read_list<T: Value>(words: &mut Words) -> Option<Box<ListNode<T>>> {
    read_array(words).into_iter().rev().fold(None, |next, val| Some(Box::new(ListNode { val, next })))
}

/// Nodes are made from the last to the first: those below one come after it, and are there already.
fn read_tree<T: Value>(words: &mut Words) -> Option<Box<TreeNode<T>>> {
    let mut nodes: Vec<Option<Box<TreeNode<T>>>> = Vec::new();
    let mut children = Vec::new();
    for _ in 0..length(words) {
        let word = words.pop_front().unwrap();
        if word == "n" {
            nodes.push(None);
            continue;
        }
        children.push(nodes.len());
        nodes.push(Some(Box::new(TreeNode { val: T::take(&word), left: None, right: None })));
    }
    for (order, &at) in children.iter().enumerate().rev() {
        let right = nodes.get_mut(2 * order + 2).and_then(|node| node.take());
        let left = nodes.get_mut(2 * order + 1).and_then(|node| node.take());
        let node = nodes[at].as_mut().unwrap();
        node.left = left;
        node.right = right;
    }
    nodes.into_iter().next().flatten()
}

fn join(words: Vec<String>) -> String {
    let mut text = words.len().to_string();
    for word in words {
        text += " ";
        text += &word;
    }
    text
}

fn write_scalar<T: Value>(value: &T) -> String { value.word() }

fn write_array<T: Value>(values: &Vec<T>) -> String { join(values.iter().map(|value| value.word()).collect()) }

fn write_matrix<T: Value>(rows: &Vec<Vec<T>>) -> String { join(rows.iter().map(|row| write_array(row)).collect()) }

fn write_list<T: Value>(head: &Option<Box<ListNode<T>>>) -> String {
    let mut words = Vec::new();
    let mut rest = head;
    while let Some(node) = rest {
        words.push(node.val.word());
        rest = &node.next;
    }
    join(words)
}

fn write_tree<T: Value>(root: &Option<Box<TreeNode<T>>>) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut waiting = VecDeque::from([root]);
    while let Some(one) = waiting.pop_front() {
        match one {
            None => words.push("n".to_string()),
            Some(node) => {
                words.push(node.val.word());
                waiting.push_back(&node.left);
                waiting.push_back(&node.right);
            }
        }
    }
    while words.last().map_or(false, |word| word == "n") {
        words.pop();
    }
    join(words)
}

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    let mut words: Words = input.split_whitespace().map(String::from).collect();
    let words = &mut words;
    // What the function prints is not its answer: stdout becomes stderr, and the answer goes to the stdout that was.
    let mut answer = unsafe {
        let kept = dup(1);
        dup2(2, 1);
        std::fs::File::from_raw_fd(kept)
    };
    @reads@
    let result = solution::@function@(@arguments@);
    answer.write_all((@write@ + "\\n").as_bytes()).unwrap();
}
`;

const kinds = {
  scalar: "scalar",
  array: "array",
  matrix: "matrix",
  "linked-list": "list",
  "binary-tree": "tree",
} as const;

export const rust: Driver = {
  starter,
  compose: (signature, source) => {
    const reads = signature.parameters.map(
      ({ type }, index) => `let argument${index} = read_${kinds[type.kind]}(words);`,
    );
    return [
      {
        name: "main.rs",
        content: fill(driver, {
          reads: reads.join("\n    "),
          function: name(signature.name),
          arguments: signature.parameters.map((_, index) => `argument${index}`).join(", "),
          write: `write_${kinds[signature.returns.kind]}(&result)`,
        }),
      },
      { name: "solution.rs", content: source },
      { name: "structures.rs", content: structures },
    ];
  },
};
