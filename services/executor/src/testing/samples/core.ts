import type { Sample } from "./sample.ts";

/** Of the languages that every executor prepares. */
export const coreSamples: Readonly<Record<string, Sample>> = {
  python: {
    line: "print(input())\n",
    fails: "print('before')\nraise ValueError('no')\n",
    failsWith: /ValueError: no/,
    large: "a = bytearray(67108864)\nfor i in range(0, len(a), 4096): a[i] = 1\nprint(len(a))\n",
    hog: "a = []\nwhile True: a.append(bytearray(1 << 20))\n",
    twoFiles: {
      main: "from other import say\nsay()\n",
      name: "other.py",
      other: "def say(): print('from the other file')\n",
    },
    version: { argv: ["/usr/bin/python3", "--version"] },
  },
  javascript: {
    line: 'console.log(require("fs").readFileSync(0, "utf8").trimEnd());\n',
    fails: "throw new Error('no');\n",
    failsWith: /Error: no/,
    large: "const a = new Array(8388608).fill(0.5);\nconsole.log(a.length * 8);\n",
    hog: "const a = [];\nwhile (true) a.push(new Array(10000).fill(a.length + 0.5));\n",
    twoFiles: {
      main: 'require("./other").say();\n',
      name: "other.js",
      other: 'exports.say = () => console.log("from the other file");\n',
    },
    version: { argv: ["/usr/local/bin/node", "--version"] },
  },
  typescript: {
    line: 'import { readFileSync } from "node:fs";\nconst line: string = readFileSync(0, "utf8").trimEnd();\nconsole.log(line);\n',
    unicode: 'const text: string = "Grüße, 世界 🎉";\nconsole.log(text);\n',
    fails: "throw new Error('no');\n",
    failsWith: /Error: no/,
    invalid: { source: '// One\nconst n: number = "one";\nconsole.log(n);\n', says: /main\.ts\(2,7\): error TS2322/ },
    large: "const a: number[] = new Array(8388608).fill(0.5);\nconsole.log(a.length * 8);\n",
    hog: "const a: number[][] = [];\nwhile (true) a.push(new Array(10000).fill(a.length + 0.5));\n",
    twoFiles: {
      main: 'import { say } from "./other";\nsay();\n',
      name: "other.ts",
      other: 'export const say = (): void => console.log("from the other file");\n',
    },
    version: { argv: ["/usr/local/lib/typescript/lib/tsc", "--version"] },
  },
  c: {
    line: "#include <stdio.h>\nint main(void) { int c; while ((c = getchar()) != EOF) putchar(c); return 0; }\n",
    fails: "#include <stdlib.h>\nint main(void) { abort(); }\n",
    failsWith: /^$/,
    invalid: { source: "int one;\nint main(void) { return x; }\n", says: /main\.c:2:\d+: error: .*undeclared/ },
    large:
      '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(void) { size_t n = 67108864; char *a = malloc(n); memset(a, 1, n); size_t s = 0; for (size_t i = 0; i < n; i++) s += a[i]; printf("%zu\\n", s); }\n',
    hog: "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }\n",
    twoFiles: {
      main: "void say(void);\nint main(void) { say(); }\n",
      name: "other.c",
      other: '#include <stdio.h>\nvoid say(void) { puts("from the other file"); }\n',
    },
    version: { argv: ["/usr/bin/gcc", "-dumpfullversion"] },
  },
  cpp: {
    line: "#include <iostream>\nint main() { std::cout << std::cin.rdbuf(); }\n",
    fails: '#include <stdexcept>\nint main() { throw std::runtime_error("no"); }\n',
    failsWith: /what\(\): {2}no/,
    invalid: { source: "int one;\nint main() { retrun 0; }\n", says: /main\.cpp:2:\d+: error:/ },
    large:
      "#include <iostream>\n#include <numeric>\n#include <vector>\nint main() { std::vector<char> a(67108864, 1); std::cout << std::accumulate(a.begin(), a.end(), 0) << std::endl; }\n",
    hog: "#include <vector>\nint main() { std::vector<std::vector<char>> a; for (;;) a.emplace_back(1 << 20, 'x'); }\n",
    twoFiles: {
      main: '#include "other.hpp"\nint main() { say(); }\n',
      name: "other.hpp",
      other: '#include <iostream>\ninline void say() { std::cout << "from the other file\\n"; }\n',
    },
    version: { argv: ["/usr/bin/g++", "-dumpfullversion"] },
  },
  java: {
    line: "public class Main { public static void main(String[] a) throws Exception { System.in.transferTo(System.out); } }\n",
    fails: 'public class Main { public static void main(String[] a) { throw new IllegalStateException("no"); } }\n',
    failsWith: /IllegalStateException: no/,
    invalid: { source: "// One\npublic class Main { int x = }\n", says: /Main\.java:2: error: illegal start/ },
    large:
      "public class Main { public static void main(String[] x) { byte[] a = new byte[67108864]; java.util.Arrays.fill(a, (byte) 1); System.out.println(a.length); } }\n",
    hog: "import java.util.*;\npublic class Main { public static void main(String[] a) { var l = new ArrayList<byte[]>(); while (true) l.add(new byte[1 << 20]); } }\n",
    twoFiles: {
      main: "public class Main { public static void main(String[] a) { Other.say(); } }\n",
      name: "Other.java",
      other: 'class Other { static void say() { System.out.println("from the other file"); } }\n',
    },
    version: { argv: ["/usr/bin/javac", "--version"] },
  },
};
