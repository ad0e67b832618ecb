import { cMain, type HostileProgram, java, program, python } from "../hostile.ts";

/** Class K, too: what compilers are made to run, and what they make. */
export const compiled: readonly HostileProgram[] = [
  {
    class: "K",
    kind: "program",
    name: "a library in place of a program",
    tries: "has the compiler make what cannot be started: a library, an object, a program for another processor",
    programs: [
      {
        language: "c",
        files: [
          { name: "main.c", content: "int f(void) { return 0; }\n" },
          { name: "@more.c", content: "-c" },
        ],
      },
      {
        language: "c",
        files: [
          { name: "main.c", content: "int f(void) { return 0; }\n" },
          { name: "@more.c", content: "-shared -fPIC" },
        ],
      },
      program("rust", '#![crate_type = "rlib"]\npub fn f() {}'),
      program("rust", '#![crate_type = "proc-macro"]\nextern crate proc_macro;'),
    ],
    compileLimits: { cpuMs: 4_000, wallMs: 8_000 },
    ends: ["compile-error", "runtime-error"],
  },
  {
    class: "K",
    kind: "program",
    name: "a program nobody can load",
    tries: "compiles to a program that asks for more memory than there is before it has run at all",
    programs: [
      program("c", "static char a[1L << 46];\nint main(void) { return a[1]; }"),
      program("c", '__asm__(".section .x, \\"aw\\", @nobits\\n.space 0x7ffffffff000"); int main(void) { return 0; }'),
      program("c", "__attribute__((constructor)) static void f(void) { for (;;); } int main(void) { return 0; }"),
      program(
        "c",
        '__attribute__((section(".interp"), used)) static const char i[] = "/work/none"; int main(void) { return 0; }',
      ),
    ],
    limits: { cpuMs: 300, wallMs: 2_000 },
    ends: ["compile-error", "runtime-error", "time-limit", "memory-limit", "exited"],
    gvisor: { ends: ["compile-error", "runtime-error", "time-limit", "memory-limit", "exited", "internal-error"] },
    known:
      "gVisor has no room for a program that takes all addresses, and says so as if the machine had none: what could not be started for want of memory counts as our fault, so whoever sends such a program gets an internal error, and nobody else does.",
  },
  {
    class: "K",
    kind: "program",
    name: "annotation processors",
    tries: "brings an annotation processor and its registration, to be run by the compiler",
    programs: [
      {
        language: "java",
        files: [
          {
            name: "Main.java",
            content:
              '@Deprecated public class Main { public static void main(String[] a) { System.out.print(new java.io.File("/tmp/ran").exists()); } }',
          },
          {
            name: "P.java",
            content:
              'import javax.annotation.processing.*; import java.util.*; import javax.lang.model.element.*; @SupportedAnnotationTypes("*") public class P extends AbstractProcessor { public boolean process(Set<? extends TypeElement> a, RoundEnvironment r) { try { new java.io.File("/tmp/ran").createNewFile(); Runtime.getRuntime().exec("sleep 60"); } catch (Exception e) {} return false; } }',
          },
          { name: "META-INF/services/javax.annotation.processing.Processor", content: "P\n" },
        ],
      },
    ],
    ends: ["exited"],
    says: "false",
  },
  {
    class: "K",
    kind: "program",
    name: "folders without end",
    tries: "has the compiler make folders a hundred deep, or thousands of classes, before its test cases are run",
    programs: [
      {
        language: "java",
        files: [
          {
            name: "Main.java",
            content: "public class Main { public static void main(String[] a) { System.out.print(1); } }",
          },
          { name: "Deep.java", content: `package ${Array(100).fill("a").join(".")};\nclass Deep { }` },
        ],
      },
      java("System.out.print(1);", Array.from({ length: 3_000 }, (_, n) => `static class C${n} { }`).join("\n")),
    ],
    compileLimits: { cpuMs: 20_000, wallMs: 25_000 },
    cases: [["", "1", "visible"]],
    ends: ["accepted", "internal-error"],
    known:
      "Folders deeper than 64 cannot be sealed between test cases: the run ends with an internal error, and its sandbox is thrown away.",
    slow: true,
  },
  {
    class: "K",
    kind: "program",
    name: "a compiler that fills the disk",
    tries: "has the compiler leave as much as it can, so that no test case has room to run",
    programs: [
      program(
        "c",
        '__asm__(".data\\n.fill 30000000, 1, 1\\n.text"); int putchar(int); int main(void) { putchar(49); return 0; }',
      ),
    ],
    cases: [
      ["", "1", "visible"],
      ["", "1", "visible"],
    ],
    ends: ["accepted", "compile-error"],
  },
  {
    class: "K",
    kind: "program",
    name: "headers of its own",
    tries: "brings headers, specs and compiled headers under the names of the system's",
    programs: [
      {
        language: "cpp",
        files: [
          { name: "main.cpp", content: "#include <bits/stdc++.h>\nint main() { std::cout << 1; }" },
          { name: "bits/stdc++.h", content: "#error poisoned" },
          { name: "bits/stdc++.h.gch", content: "gpch.014poisoned" },
          { name: "specs", content: "*cc1:\n-fplugin=/work/x.so\n" },
          { name: "iostream", content: "#error poisoned" },
          { name: ".gcc", content: "x" },
        ],
      },
    ],
    ends: ["exited"],
    says: "1",
  },
  {
    class: "K",
    kind: "program",
    name: "generators",
    tries: "has directives that would run commands while it is compiled: go generate, cgo, linker flags, build scripts",
    programs: [
      {
        language: "go",
        files: [
          {
            name: "main.go",
            content:
              'package main\n\n//go:generate touch /tmp/ran\n\nimport ("fmt"; "os")\n\nfunc main() { _, err := os.Stat("/tmp/ran"); fmt.Print(err == nil) }\n',
          },
        ],
      },
      {
        language: "rust",
        files: [
          { name: "main.rs", content: 'fn main() { print!("{}", std::path::Path::new("/tmp/ran").exists()); }' },
          { name: "build.rs", content: 'fn main() { std::fs::write("/tmp/ran", "").unwrap(); }' },
          { name: "Cargo.toml", content: '[package]\nname = "x"\nbuild = "build.rs"\n' },
          { name: ".cargo/config.toml", content: '[build]\nrustc-wrapper = "/bin/sh"\n' },
        ],
      },
    ],
    compileLimits: { cpuMs: 8_000, wallMs: 12_000 },
    ends: ["exited"],
    says: "false",
  },
  {
    class: "K",
    kind: "program",
    name: "foreign code in a build",
    tries: "compiles C or links libraries by way of another language's compiler, and expands macros without end",
    programs: [
      program(
        "go",
        'package main\n// #cgo LDFLAGS: -fplugin=/tmp/x.so\n// int f() { return 1; }\nimport "C"\nfunc main() { print(C.f()) }',
      ),
      program("rust", "macro_rules! m { ($($x:tt)*) => { m!($($x)* $($x)*) } }\nfn main() { m!(a) }"),
      program(
        "rust",
        'const fn f(n: u64) -> u64 { let mut i = n; loop { i = i.wrapping_mul(3); } }\nconst X: u64 = f(1);\nfn main() { print!("{}", X) }',
      ),
      program(
        "rust",
        '#![recursion_limit = "100000000"]\nstruct S<T>(T);\ntrait F { fn f(self); }\nimpl<T> F for S<T> { fn f(self) { S(S(self)).f() } }\nfn main() { S(1).f() }',
      ),
    ],
    compileLimits: { cpuMs: 2_500, wallMs: 8_000 },
    ends: ["compile-error"],
  },
  {
    class: "K",
    kind: "program",
    name: "commands while compiling",
    tries:
      "runs commands at compile time, as its language allows: they leave daemons and fill the disk, and find nobody",
    programs: [
      program(
        "crystal",
        '{{ `setsid sh -c "sleep 60 & dd if=/dev/zero of=/tmp/fill bs=1M count=20" >/dev/null 2>&1; kill -9 1; id -u` }}\nprint 1',
      ),
      program(
        "haskell",
        '{-# LANGUAGE TemplateHaskell #-}\nimport Language.Haskell.TH\nimport System.IO.Error\n\nmain :: IO ()\nmain = putStr $(runIO (do { _ <- tryIOError (writeFile "/tmp/ran" "1"); r <- tryIOError (readFile "/etc/shadow"); return (either (const "1") id r) }) >>= litE . stringL)',
      ),
    ],
    compileLimits: { cpuMs: 20_000, wallMs: 30_000 },
    ends: ["exited"],
    says: "1",
    slow: true,
  },
  {
    class: "K",
    kind: "program",
    name: "a shell's words in a program",
    tries: "has commands in file names and in its text, should a shell ever read them",
    programs: [
      {
        language: "assembly",
        files: [
          {
            name: "main.asm",
            content: "global _start\nsection .text\n_start: mov eax, 60\nxor edi, edi\nsyscall\n",
          },
          { name: "$(touch ran);touch ran;`touch ran`.asm", content: "" },
          { name: "' || touch ran #.asm", content: "" },
        ],
      },
      {
        language: "go",
        files: [
          {
            name: "main.go",
            content:
              'package main\nimport ("fmt"; "os")\nfunc main() { _, err := os.Stat("ran"); fmt.Fprint(os.Stderr, err == nil) }',
          },
          { name: "$(touch ran).go", content: "package main\n" },
          { name: "; touch ran;.go", content: "package main\n" },
        ],
      },
    ],
    ends: ["exited", "compile-error"],
    says: "",
    look: (end) => (end.stderr.includes("true") ? "a command ran" : undefined),
  },
  {
    class: "K",
    kind: "program",
    name: "a checker of traps",
    tries: "looks, once it runs, for what its own compilation left that another run could use",
    programs: [
      cMain('system("ls -A /tmp /dev/shm | grep -v : | tr -d \'\\n\'"); puts("");', "int system(const char *);"),
      python("print()"),
    ],
    ends: ["exited"],
    says: "\n",
  },
];
