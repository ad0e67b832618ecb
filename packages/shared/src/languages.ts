import { Type, type Static } from "typebox";

/** The languages a document can be written in and a run can execute. */
export const LanguageId = Type.Union([
  Type.Literal("python"),
  Type.Literal("javascript"),
  Type.Literal("typescript"),
  Type.Literal("c"),
  Type.Literal("cpp"),
  Type.Literal("java"),
]);
export type LanguageId = Static<typeof LanguageId>;

export interface Language {
  readonly id: LanguageId;
  readonly label: string;
  /** The language's id in Monaco. */
  readonly monaco: string;
  /** What the source is called in the sandbox. */
  readonly fileName: string;
  /** Columns of one level of indentation; the starter uses it too. */
  readonly indent: 2 | 4;
  /** What a new document of this language begins with. */
  readonly starter: string;
}

export const languages: readonly Language[] = [
  {
    id: "python",
    label: "Python",
    monaco: "python",
    fileName: "main.py",
    indent: 4,
    starter: `def main():\n    print("Hello, world!")\n\n\nif __name__ == "__main__":\n    main()\n`,
  },
  {
    id: "javascript",
    label: "JavaScript",
    monaco: "javascript",
    fileName: "main.js",
    indent: 2,
    starter: `function main() {\n  console.log("Hello, world!");\n}\n\nmain();\n`,
  },
  {
    id: "typescript",
    label: "TypeScript",
    monaco: "typescript",
    fileName: "main.ts",
    indent: 2,
    starter: `function greet(name: string): string {\n  return \`Hello, \${name}!\`;\n}\n\nconsole.log(greet("world"));\n`,
  },
  {
    id: "c",
    label: "C",
    monaco: "c",
    fileName: "main.c",
    indent: 4,
    starter: `#include <stdio.h>\n\nint main(void) {\n    puts("Hello, world!");\n    return 0;\n}\n`,
  },
  {
    id: "cpp",
    label: "C++",
    monaco: "cpp",
    fileName: "main.cpp",
    indent: 4,
    starter: `#include <iostream>\n\nint main() {\n    std::cout << "Hello, world!\\n";\n    return 0;\n}\n`,
  },
  {
    id: "java",
    label: "Java",
    monaco: "java",
    fileName: "Main.java",
    indent: 4,
    starter: `public class Main {\n    public static void main(String[] args) {\n        System.out.println("Hello, world!");\n    }\n}\n`,
  },
];

/** The row of a language; every id has one. */
export function getLanguage(id: LanguageId): Language {
  const found = languages.find((language) => language.id === id);
  if (!found) throw new Error(`There is no language "${id}".`);
  return found;
}
