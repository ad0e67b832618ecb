import { c, cpp, type HostileProgram, java, program, typescript } from "../hostile.ts";

const quick = { cpuMs: 1_500, wallMs: 4_000 };
/** What a compiler is kept from: its reading would show in its messages. */
const noSecrets = (end: { compile: string }): string | undefined =>
  /root:[*!$x]?:|REDIS|POSTGRES|\/var\/lib/.test(end.compile) ? "the compiler shows what it read" : undefined;
const includes = (path: string) => c(`#include "${path}"\nint main(void) { return 0; }\n`);
const parentheses = (depth: number): string => `${"(".repeat(depth)}1${")".repeat(depth)}`;

/** Class K: programs that hurt while they are compiled, or compile to what hurts. */
export const compilers: readonly HostileProgram[] = [
  {
    class: "K",
    kind: "program",
    name: "a program of gigabytes",
    tries: "is one line long and compiles to a program of sixteen gigabytes, of data, of instructions or of zeros",
    programs: [
      program("c", "main[-1u]={1};"),
      program("c", "char a[3u << 30] = {1};\nint main(void) { return a[0]; }"),
      program("c", '__asm__(".rept 1000000000\\n.quad 0x1234\\n.endr"); int main(void) { return 0; }'),
      program("c", '__asm__(".fill 1000000000, 8, 1"); int main(void) { return 0; }'),
      program("c", '__asm__(".data\\n.org 0x7fffffff"); int main(void) { return 0; }'),
    ],
    compileLimits: quick,
    ends: ["compile-error"],
  },
  {
    class: "K",
    kind: "program",
    name: "endless headers",
    tries: "includes files without end: devices, itself, the compiler's own input",
    programs: [
      ...["/dev/zero", "/dev/urandom", "/dev/random", "/dev/stdin", "/dev/tty", "main.c"].map(includes),
      program("c", '#include "main.c"\n#include "main.c"\nint main(void) { return 0; }'),
      {
        language: "cpp",
        files: [
          { name: "main.cpp", content: '#include "a.h"\nint main() {}' },
          ...Array.from({ length: 40 }, (_, n) => ({
            name: `${n === 0 ? "a" : `a${n}`}.h`,
            content: `#include "a${n + 1}.h"\n#include "a${n + 1}.h"\n`,
          })),
          { name: "a40.h", content: "int f();\n" },
        ],
      },
    ],
    compileLimits: { ...quick, cpuMs: 800 },
    // A compiler's own input is empty, and no error.
    ends: ["compile-error", "exited"],
  },
  {
    class: "K",
    kind: "program",
    name: "secrets as headers",
    tries: "includes files that hold secrets, to have the compiler's messages or the program show them",
    programs: [
      ...["/etc/shadow", "/proc/1/environ", "/proc/1/maps", "/supervisor", "/proc/kcore", "/var/run/docker.sock"].map(
        includes,
      ),
      program("c", '__asm__(".incbin \\"/etc/shadow\\""); int main(void) { return 0; }'),
      program("c", '__asm__(".incbin \\"/proc/1/mem\\""); int main(void) { return 0; }'),
      typescript('/// <reference path="/etc/shadow" />\nimport x from "/proc/1/environ"; console.log(x);'),
      java("int x = 1", '@Deprecated(since = Files.readString(Path.of("/etc/shadow"))) static int y;'),
      program("rust", 'fn main() { print!("{}", include_str!("/etc/shadow")); }'),
      program("go", 'package main\nimport _ "embed"\n//go:embed /etc/shadow\nvar s string\nfunc main() { print(s) }'),
    ],
    compileLimits: { cpuMs: 4_000, wallMs: 8_000 },
    ends: ["compile-error"],
    // gVisor shows everybody the first process's environment and map, in which there is no secret; compilers find them empty.
    gvisor: { ends: ["compile-error", "exited"] },
    look: noSecrets,
  },
  {
    class: "K",
    kind: "program",
    name: "what only looks empty",
    tries: "includes what is empty or masked, to see whether the compiler or the sandbox breaks",
    programs: [includes("/dev/null"), includes("/proc/self/mem")],
    ends: ["exited"],
  },
  {
    class: "K",
    kind: "program",
    name: "templates without end",
    tries: "has the compiler compute: templates, constant expressions, macros and types that grow without end",
    programs: [
      cpp("template <int N> struct F { typename F<N + 1>::type x; using type = int; };\nF<0> f; int main() {}"),
      cpp(
        "template <int N, class T> struct G { G<N - 1, G<N, T>> a; G<N - 1, G<N + 1, T>> b; };\ntemplate <class T> struct G<0, T> {};\nG<60, int> g; int main() {}",
      ),
      cpp(
        "constexpr unsigned long f(unsigned long n) { for (;;) n = n * 3 + 1; return n; }\nstatic_assert(f(1) == 0); int main() {}",
      ),
      cpp(
        "constexpr int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\nconstexpr int x = f(60); int main() { return x; }",
      ),
      program(
        "c",
        `#define A(x) x x x x x x x x x x\n${Array.from({ length: 12 }, (_, n) => `#define A${n}(x) A(${n ? `A${n - 1}` : ""}(x))`).join("\n")}\nint main(void) { A11(;) }`,
      ),
    ],
    compileLimits: { ...quick, cpuMs: 1_000 },
    ends: ["compile-error"],
    look: (end) => (end.compile === "" ? "nobody says why" : undefined),
  },
  {
    class: "K",
    kind: "program",
    name: "types without end",
    tries:
      "has the type checker compute: tuples that double, conditional types that call themselves, unions of a million",
    programs: [
      typescript("type F<T extends unknown[]> = F<[...T, ...T, 1]>;\nconst x: F<[1]> = 1; console.log(x);"),
      typescript(
        "type D = 0|1|2|3|4|5|6|7|8|9; type N = `${D}${D}${D}${D}${D}${D}${D}`;\nconst x: N = 'a'; console.log(x);",
      ),
      typescript(
        "type B<T, N extends number, A extends unknown[] = []> = A['length'] extends N ? T : B<T | [T], N, [...A, T]>;\nconst x: B<1, 900> = 2; console.log(x);",
      ),
    ],
    compileLimits: { cpuMs: 3_000, wallMs: 8_000 },
    ends: ["compile-error"],
  },
  {
    class: "K",
    kind: "program",
    name: "flood of messages",
    tries: "has a mistake or a warning in it for each of its hundred thousand lines, each of which quotes it",
    programs: [
      program("c", `int main(void) {\n${"x;\n".repeat(100_000)}}`),
      cpp(
        `#include <map>\n#include <string>\nint main() { std::map<std::string, std::map<std::string, int>> m;\n${"m << m;\n".repeat(300)} }`,
      ),
      java(`${"x; ".repeat(20_000)}`),
      typescript("x;\n".repeat(20_000)),
      program(
        "c",
        `#define W _Pragma("GCC warning \\"${"w".repeat(4_000)}\\"")\nint main(void) {\n${"W\n".repeat(1_000)} return x; }`,
      ),
    ],
    compileLimits: { cpuMs: 5_000, wallMs: 10_000 },
    ends: ["compile-error"],
    look: (end) =>
      Buffer.byteLength(end.compile) <= 66 * 1024 ? undefined : `${end.compile.length} characters of messages`,
  },
  {
    class: "K",
    kind: "program",
    name: "deep nesting",
    tries: "nests expressions, blocks and types so deep that the parser's stack ends",
    programs: [
      program("c", `int main(void) { return ${parentheses(200_000)}; }`),
      java(`int x = ${parentheses(20_000)};`),
      typescript(`console.log(${parentheses(100_000)});`),
      cpp(`${"namespace a { ".repeat(50_000)}${"}".repeat(50_000)} int main() { return ${"-".repeat(2)}1 ? 1 : 1; `),
    ],
    compileLimits: { cpuMs: 4_000, wallMs: 8_000 },
    ends: ["compile-error", "exited"],
  },
  {
    class: "K",
    kind: "program",
    name: "not a program",
    tries: "is a binary, an archive, an object file, bytes that are no text, or nothing at all",
    programs: [
      { language: "c", files: [{ name: "main.c", content: "f0VMRgIBAQAAAAAAAAAAAA==", encoding: "base64" }] },
      { language: "c", files: [{ name: "main.c", content: "", encoding: "utf8" }] },
      { language: "cpp", files: [{ name: "main.cpp", content: "/////v79", encoding: "base64" }] },
      { language: "java", files: [{ name: "Main.java", content: "yv66vgAAADQ=", encoding: "base64" }] },
      { language: "typescript", files: [{ name: "main.ts", content: "gYKDhIWG", encoding: "base64" }] },
      { language: "c", files: [{ name: "main.o", content: "INPUT(/etc/shadow)" }] },
      { language: "c", files: [{ name: "main.so", content: "OUTPUT(/supervisor) INPUT(-lc)" }] },
    ],
    ends: ["compile-error"],
    look: noSecrets,
  },
  {
    class: "K",
    kind: "program",
    name: "constants that multiply",
    tries: "has constants of strings that double with each line, and a method that is too long",
    programs: [
      java(
        "System.out.print(s27.length());",
        `static final String s0 = "0123456789";\n${Array.from({ length: 27 }, (_, n) => `static final String s${n + 1} = s${n} + s${n};`).join("\n")}`,
      ),
      java("int x = 0;\n" + "x = x * 3 + 1;\n".repeat(20_000)),
    ],
    compileLimits: { cpuMs: 8_000, wallMs: 12_000 },
    ends: ["compile-error"],
  },
];
