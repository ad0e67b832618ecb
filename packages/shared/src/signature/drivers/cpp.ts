import { safeName } from "../names.ts";
import type { Signature, ValueType } from "../signature.ts";
import { type Driver, fill, usesNodes } from "./driver.ts";

const scalars = { int: "int", long: "long long", double: "double", string: "string", boolean: "bool" } as const;

function typeName(type: ValueType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "array":
      return `vector<${scalars[type.of]}>`;
    case "matrix":
      return `vector<vector<${scalars[type.of]}>>`;
    case "linked-list":
      return `ListNode<${scalars[type.of]}> *`;
    case "binary-tree":
      return `TreeNode<${scalars[type.of]}> *`;
  }
}

/** The type as the driver writes it, which opens no namespace. */
const qualified = (type: ValueType): string => typeName(type).replaceAll(/\b(?:vector|string)\b/g, "std::$&");

const name = (camel: string): string => safeName("cpp", camel);
const declare = (type: ValueType, of: string): string =>
  `${typeName(type)}${typeName(type).endsWith("*") ? "" : " "}${of}`;

function starter(signature: Signature): string {
  const parameters = signature.parameters.map((one) => declare(one.type, name(one.name))).join(", ");
  const nodes = usesNodes(signature) ? `#include "structures.hpp"\n` : "";
  return `#include <bits/stdc++.h>\n${nodes}using namespace std;\n\n${declare(signature.returns, name(signature.name))}(${parameters}) {\n    \n}\n`;
}

const structures = `#pragma once

template <typename T>
struct ListNode {
    T val;
    ListNode *next;
    ListNode(T val = 0, ListNode *next = nullptr) : val(val), next(next) {}
};

template <typename T>
struct TreeNode {
    T val;
    TreeNode *left;
    TreeNode *right;
    TreeNode(T val = 0, TreeNode *left = nullptr, TreeNode *right = nullptr) : val(val), left(left), right(right) {}
};
`;

const driver = `#include <bits/stdc++.h>
#include <unistd.h>
#include "structures.hpp"
#include "solution.hpp"

namespace driver {

struct Reader {
    std::string word() {
        std::string found;
        std::cin >> found;
        return found;
    }
    static int digit(char letter) { return letter <= '9' ? letter - '0' : letter - 'a' + 10; }
    static void take(const std::string &word, int &value) { value = std::stoi(word); }
    static void take(const std::string &word, long long &value) { value = std::stoll(word); }
    static void take(const std::string &word, double &value) { value = std::strtod(word.c_str(), nullptr); }
    static void take(const std::string &word, bool &value) { value = word == "1"; }
    static void take(const std::string &word, std::string &value) {
        for (size_t at = 1; at + 1 < word.size(); at += 2) value += char(digit(word[at]) * 16 + digit(word[at + 1]));
    }
    template <typename T> void read(T &value) { take(word(), value); }
    template <typename T> void read(std::vector<T> &values) {
        size_t length = std::stoul(word());
        for (size_t at = 0; at < length; at++) {
            T value{};
            read(value);
            values.push_back(value);
        }
    }
    template <typename T> void read(ListNode<T> *&head) {
        std::vector<T> values;
        read(values);
        head = nullptr;
        for (size_t at = values.size(); at-- > 0;) head = new ListNode<T>(values[at], head);
    }
    template <typename T> void read(TreeNode<T> *&root) {
        size_t length = std::stoul(word());
        std::vector<TreeNode<T> *> parents;
        root = nullptr;
        for (size_t at = 0; at < length; at++) {
            std::string found = word();
            if (found == "n") continue;
            T value{};
            take(found, value);
            TreeNode<T> *node = new TreeNode<T>(value);
            if (at == 0) root = node;
            else (at % 2 == 1 ? parents[(at - 1) / 2]->left : parents[(at - 1) / 2]->right) = node;
            parents.push_back(node);
        }
    }
};

struct Writer {
    std::string text;
    void word(const std::string &found) { text += found + " "; }
    void write(int value) { word(std::to_string(value)); }
    void write(long long value) { word(std::to_string(value)); }
    void write(double value) {
        char digits[40];
        snprintf(digits, sizeof digits, "%.17g", value);
        word(digits);
    }
    void write(bool value) { word(value ? "1" : "0"); }
    void write(const std::string &value) {
        std::string hex = "x";
        for (unsigned char byte : value) hex += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
        word(hex);
    }
    template <typename T> void write(const std::vector<T> &values) {
        word(std::to_string(values.size()));
        for (const T &value : values) write(value);
    }
    void write(const std::vector<bool> &values) {
        word(std::to_string(values.size()));
        for (bool value : values) write(value);
    }
    template <typename T> void write(ListNode<T> *head) {
        std::vector<T> values;
        for (; head; head = head->next) values.push_back(head->val);
        write(values);
    }
    template <typename T> void write(TreeNode<T> *root) {
        std::vector<TreeNode<T> *> found;
        if (root) found.push_back(root);
        size_t length = found.size();
        for (size_t at = 0; at < found.size(); at++) {
            if (!found[at]) continue;
            for (TreeNode<T> *below : {found[at]->left, found[at]->right}) {
                found.push_back(below);
                if (below) length = found.size();
            }
        }
        word(std::to_string(length));
        for (size_t at = 0; at < length; at++) {
            if (found[at]) write(found[at]->val);
            else word("n");
        }
    }
};

}

int main() {
    driver::Reader reader;
@reads@    // What the function prints is not its answer: stdout becomes stderr, and the answer goes to the stdout that was.
    int answer = dup(1);
    dup2(2, 1);
    driver::Writer writer;
    auto result = ::@function@(@arguments@);
    writer.write(result);
    writer.text += "\\n";
    for (size_t at = 0; at < writer.text.size();) {
        ssize_t count = ::write(answer, writer.text.data() + at, writer.text.size() - at);
        if (count <= 0) return 1;
        at += size_t(count);
    }
    return 0;
}
`;

export const cpp: Driver = {
  starter,
  compose: (signature, source) => {
    const reads = signature.parameters.map(
      ({ type }, index) => `    ${qualified(type)} argument${index}{};\n    reader.read(argument${index});\n`,
    );
    return [
      {
        name: "main.cpp",
        content: fill(driver, {
          reads: reads.join(""),
          function: name(signature.name),
          arguments: signature.parameters.map((_, index) => `argument${index}`).join(", "),
        }),
      },
      // A header: it is compiled as a part of main.cpp.
      { name: "solution.hpp", content: source },
      { name: "structures.hpp", content: structures },
    ];
  },
};
