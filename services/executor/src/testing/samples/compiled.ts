import type { Sample } from "./sample.ts";

export const compiledSamples: Readonly<Record<string, Sample>> = {
  ada: {
    line: "with Ada.Text_IO; use Ada.Text_IO;\nprocedure Main is\nbegin\n  Put_Line (Get_Line);\nend Main;\n",
    fails: "procedure Main is\nbegin\n  raise Constraint_Error;\nend Main;\n",
    failsWith: /CONSTRAINT_ERROR/,
    invalid: {
      source: "procedure Main is\nbegin\n  X := 1;\nend Main;\n",
      says: /main\.adb:3:\d+: error: "X" is undefined/,
    },
    large:
      "with Ada.Text_IO;\nprocedure Main is\n  type A is array (1 .. 67_108_864) of Character;\n  type P is access A;\n  X : P := new A'(others => 'x');\n  N : Natural := 0;\nbegin\n  for C of X.all loop\n    if C = 'x' then N := N + 1; end if;\n  end loop;\n  Ada.Text_IO.Put_Line (N'Image);\nend Main;\n",
    hog: "procedure Main is\n  type A is array (1 .. 1_000_000) of Integer;\n  type P is access A;\n  type L is array (1 .. 10_000) of P;\n  X : L;\nbegin\n  for I in L'Range loop\n    X (I) := new A'(others => I);\n  end loop;\n  if X (1) (1) = X (2) (2) then raise Program_Error; end if;\nend Main;\n",
    twoFiles: {
      main: "with Other;\nprocedure Main is\nbegin\n  Other;\nend Main;\n",
      name: "other.adb",
      other:
        'with Ada.Text_IO;\nprocedure Other is\nbegin\n  Ada.Text_IO.Put_Line ("from the other file");\nend Other;\n',
    },
    version: { argv: ["/usr/bin/gnatmake-14", "--version"] },
  },
  assembly: {
    line: "global _start\nsection .bss\nb: resb 4096\nsection .text\n_start:\n  xor rax, rax\n  xor rdi, rdi\n  mov rsi, b\n  mov rdx, 4096\n  syscall\n  mov rdx, rax\n  mov rax, 1\n  mov rdi, 1\n  syscall\n  mov rax, 60\n  xor rdi, rdi\n  syscall\n",
    fails: "global _start\n_start:\n  mov rax, 60\n  mov rdi, 3\n  syscall\n",
    invalid: { source: "global _start\n_start:\n  move rax, 60\n", says: /main\.asm:3: error/ },
    large:
      'global _start\nsection .data\nt: db "67108864", 10\nsection .text\n_start:\n  mov rax, 9\n  xor rdi, rdi\n  mov rsi, 67108864\n  mov rdx, 3\n  mov r10, 0x22\n  mov r8, -1\n  xor r9, r9\n  syscall\n  mov rcx, 16384\nl:\n  mov byte [rax], 1\n  add rax, 4096\n  dec rcx\n  jnz l\n  mov rax, 1\n  mov rdi, 1\n  mov rsi, t\n  mov rdx, 9\n  syscall\n  mov rax, 60\n  xor rdi, rdi\n  syscall\n',
    hog: "global _start\nsection .text\n_start:\n  mov rax, 9\n  xor rdi, rdi\n  mov rsi, 4294967296\n  mov rdx, 3\n  mov r10, 0x4022\n  mov r8, -1\n  xor r9, r9\n  syscall\nl:\n  mov byte [rax], 1\n  add rax, 4096\n  jmp l\n",
    twoFiles: {
      main: "global _start\nextern say\nsection .text\n_start:\n  call say\n  mov rax, 60\n  xor rdi, rdi\n  syscall\n",
      name: "other.asm",
      other:
        'global say\nsection .data\nt: db "from the other file", 10\nsection .text\nsay:\n  mov rax, 1\n  mov rdi, 1\n  mov rsi, t\n  mov rdx, 20\n  syscall\n  ret\n',
    },
    version: { argv: ["/usr/bin/nasm", "--version"] },
  },
  cobol: {
    line: "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nDATA DIVISION.\nWORKING-STORAGE SECTION.\n01 L PIC X(200).\nPROCEDURE DIVISION.\n    ACCEPT L.\n    DISPLAY FUNCTION TRIM(L).\n    STOP RUN.\n",
    fails:
      "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nPROCEDURE DIVISION.\n    MOVE 3 TO RETURN-CODE.\n    STOP RUN.\n",
    invalid: {
      source: "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nPROCEDURE DIVISION.\n    DISPLAY NOWHERE.\n    STOP RUN.\n",
      says: /main\.cob:4: error: 'NOWHERE' is not defined/,
    },
    large:
      "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nDATA DIVISION.\nWORKING-STORAGE SECTION.\n01 P USAGE POINTER.\n01 N PIC 9(9) COMP-5 VALUE 67108864.\nPROCEDURE DIVISION.\n    ALLOCATE N CHARACTERS INITIALIZED RETURNING P\n    DISPLAY N.\n    STOP RUN.\n",
    hog: "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nDATA DIVISION.\nWORKING-STORAGE SECTION.\n01 P USAGE POINTER.\n01 N PIC 9(9) COMP-5 VALUE 50000000.\nPROCEDURE DIVISION.\n    PERFORM 100 TIMES\n    ALLOCATE N CHARACTERS INITIALIZED RETURNING P\n    END-PERFORM.\n    STOP RUN.\n",
    twoFiles: {
      main: 'IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nPROCEDURE DIVISION.\n    CALL "OTHER".\n    STOP RUN.\n',
      name: "other.cob",
      other:
        'IDENTIFICATION DIVISION.\nPROGRAM-ID. OTHER.\nPROCEDURE DIVISION.\n    DISPLAY "from the other file".\n    GOBACK.\n',
    },
    version: { argv: ["/usr/bin/cobc", "--version"] },
  },
  crystal: {
    line: "puts gets\n",
    fails: 'raise "no"\n',
    failsWith: /no \(Exception\)/,
    invalid: { source: "puts 1\nputs nothing_there\n", says: /main\.cr:2:6/ },
    large: "a = Bytes.new(67108864, 1_u8)\nputs a.size\n",
    hog: "a = [] of Bytes\nloop { a << Bytes.new(1 << 20, 1_u8) }\n",
    twoFiles: {
      main: 'require "./other"\nsay\n',
      name: "other.cr",
      other: 'def say\n  puts "from the other file"\nend\n',
    },
    version: { argv: ["/usr/bin/crystal", "--version"] },
  },
  csharp: {
    line: "using System;\nclass P { static void Main() { Console.WriteLine(Console.ReadLine()); } }\n",
    fails: 'class P { static void Main() { throw new System.Exception("no"); } }\n',
    failsWith: /System\.Exception: no/,
    invalid: {
      source: 'class P {\n  static void Main() { int x = "a"; }\n}\n',
      says: /Main\.cs\(2,\d+\): error CS0029/,
    },
    large:
      "class P { static void Main() { var a = new byte[67108864]; for (int i = 0; i < a.Length; i += 512) a[i] = 1; System.Console.WriteLine(a.Length); } }\n",
    hog: "using System.Collections.Generic;\nclass P { static void Main() { var l = new List<byte[]>(); while (true) { var b = new byte[1 << 20]; for (int i = 0; i < b.Length; i += 512) b[i] = 1; l.Add(b); } } }\n",
    twoFiles: {
      main: "class P { static void Main() { Other.Say(); } }\n",
      name: "Other.cs",
      other: 'static class Other { public static void Say() { System.Console.WriteLine("from the other file"); } }\n',
    },
    version: { argv: ["/usr/bin/mono", "--version"] },
  },
  d: {
    line: "import std.stdio;\nvoid main() { write(readln()); }\n",
    fails: 'void main() { throw new Exception("no"); }\n',
    failsWith: /object\.Exception@main\.d\(1\): no/,
    invalid: { source: "void main() {\n  x = 1;\n}\n", says: /main\.d\(2\): Error: undefined identifier/ },
    large:
      "import std.stdio;\nvoid main() { auto a = new ubyte[67108864]; a[] = 1; size_t s; foreach (b; a) s += b; writeln(s); }\n",
    hog: "void main() { ubyte[][] a; while (true) { auto b = new ubyte[1 << 20]; b[] = 1; a ~= b; } }\n",
    twoFiles: {
      main: "import other;\nvoid main() { say(); }\n",
      name: "other.d",
      other: 'module other;\nimport std.stdio;\nvoid say() { writeln("from the other file"); }\n',
    },
    version: { argv: ["/usr/bin/ldc2", "--version"] },
  },
  fortran: {
    line: "program main\ncharacter(len=200) :: l\nread '(a)', l\nprint '(a)', trim(l)\nend program\n",
    fails: "program main\nerror stop 3\nend program\n",
    failsWith: /ERROR STOP 3/,
    invalid: { source: "program main\nimplicit none\nx = 1\nend program\n", says: /main\.f90:3:1:/ },
    large:
      "program main\ninteger(1), allocatable :: a(:)\nallocate(a(67108864))\na = 1\nprint '(i0)', count(a == 1)\nend program\n",
    hog: "program main\ntype p\ninteger, allocatable :: a(:)\nend type\ntype(p) :: l(10000)\ninteger :: i\ndo i = 1, 10000\nallocate(l(i)%a(1000000))\nl(i)%a = i\nend do\nprint *, sum(l(1)%a) + sum(l(9999)%a)\nend program\n",
    twoFiles: {
      main: "program main\nuse other\ncall say()\nend program\n",
      name: "other.f90",
      other:
        "module other\ncontains\nsubroutine say()\nprint '(a)', 'from the other file'\nend subroutine\nend module\n",
    },
    version: { argv: ["/usr/bin/gfortran", "-dumpfullversion"] },
  },
  go: {
    line: 'package main\nimport ("bufio"; "fmt"; "os")\nfunc main() { s, _ := bufio.NewReader(os.Stdin).ReadString(10); fmt.Print(s) }\n',
    fails: 'package main\nfunc main() { panic("no") }\n',
    failsWith: /panic: no/,
    invalid: { source: "package main\n\nfunc main() { x := 1 }\n", says: /main\.go:3:15: declared and not used: x/ },
    large:
      'package main\nimport "fmt"\nfunc main() { a := make([]byte, 67108864); n := 0; for i := range a { a[i] = 1 }; for _, b := range a { n += int(b) }; fmt.Println(n) }\n',
    hog: "package main\nfunc main() { var a [][]byte; for { b := make([]byte, 1<<20); for i := range b { b[i] = 1 }; a = append(a, b) } }\n",
    twoFiles: {
      main: "package main\nfunc main() { say() }\n",
      name: "other.go",
      other: 'package main\nimport "fmt"\nfunc say() { fmt.Println("from the other file") }\n',
    },
    version: { argv: ["/usr/bin/go", "version"] },
  },
  haskell: {
    line: "main :: IO ()\nmain = getLine >>= putStrLn\n",
    fails: 'main :: IO ()\nmain = error "nope"\n',
    failsWith: /nope/,
    invalid: { source: "main :: IO ()\nmain = putStrLn 1\n", says: /Main\.hs:2:17: error/ },
    large: "import qualified Data.ByteString as B\nmain :: IO ()\nmain = print (B.count 1 (B.replicate 67108864 1))\n",
    hog: "main :: IO ()\nmain = do\n  let l = [1 ..] :: [Integer]\n  print (sum (take 100000000 l))\n  print (length l)\n",
    twoFiles: {
      main: "import Other\nmain :: IO ()\nmain = say\n",
      name: "Other.hs",
      other: 'module Other where\nsay :: IO ()\nsay = putStrLn "from the other file"\n',
    },
    version: { argv: ["/usr/bin/ghc", "--numeric-version"] },
  },
  kotlin: {
    line: "fun main() = println(readln())\n",
    fails: 'fun main() { throw IllegalStateException("no") }\n',
    failsWith: /IllegalStateException: no/,
    invalid: { source: 'fun main() {\n    val x: Int = "a"\n}\n', says: /main\.kt:2:\d+: error/ },
    large: "fun main() { val a = ByteArray(67108864) { 1 }; println(a.sum()) }\n",
    hog: "fun main() { val a = ArrayList<ByteArray>(); while (true) a.add(ByteArray(1 shl 20)) }\n",
    twoFiles: {
      main: "fun main() = say()\n",
      name: "other.kt",
      other: 'fun say() = println("from the other file")\n',
    },
    version: {
      argv: [
        "/usr/bin/java",
        "@/usr/local/lib/kotlinc.options",
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        "-version",
      ],
      says: /kotlinc-jvm ([\d.]+)/,
    },
  },
  ocaml: {
    line: "let () = print_endline (read_line ())\n",
    fails: 'let () = failwith "no"\n',
    failsWith: /Failure "no"|Failure\("no"\)/,
    invalid: { source: 'let one = 1\nlet () = print_endline (one + "a")\n', says: /File "main\.ml", line 2/ },
    large: "let () = print_int (Bytes.length (Bytes.make 67108864 'x')); print_newline ()\n",
    hog: "let l = ref []\nlet () = while true do l := Bytes.make 1048576 'x' :: !l done\n",
    twoFiles: {
      main: "let () = Other.say ()\n",
      name: "other.ml",
      other: 'let say () = print_endline "from the other file"\n',
    },
    version: { argv: ["/usr/bin/ocamlopt", "-version"] },
  },
  pascal: {
    line: "program Main;\nvar s: string;\nbegin\n  ReadLn(s);\n  WriteLn(s);\nend.\n",
    fails: "program Main;\nbegin\n  Halt(3);\nend.\n",
    invalid: {
      source: "program Main;\nbegin\n  x := 1;\nend.\n",
      says: /main\.pas\(3,3\) Error: Identifier not found "x"/,
    },
    large:
      "program Main;\nvar p: Pointer;\nbegin\n  GetMem(p, 67108864);\n  FillChar(p^, 67108864, 1);\n  WriteLn(67108864);\nend.\n",
    hog: "program Main;\nvar p: Pointer;\nbegin\n  while true do begin GetMem(p, 1048576); FillChar(p^, 1048576, 1); end;\nend.\n",
    twoFiles: {
      main: "program Main;\nuses other;\nbegin\n  Say;\nend.\n",
      name: "other.pas",
      other:
        "unit other;\ninterface\nprocedure Say;\nimplementation\nprocedure Say;\nbegin\n  WriteLn('from the other file');\nend;\nend.\n",
    },
    version: { argv: ["/usr/bin/fpc", "-iV"] },
  },
  rust: {
    line: 'fn main() { let mut s = String::new(); std::io::stdin().read_line(&mut s).unwrap(); print!("{s}"); }\n',
    fails: 'fn main() { panic!("no"); }\n',
    failsWith: /panicked at main\.rs:1:\d+:\nno/,
    invalid: { source: 'fn main() {\n    let x: i32 = "a";\n}\n', says: /main\.rs:2:18/ },
    large: 'fn main() { let a = vec![1u8; 67108864]; println!("{}", a.iter().map(|&b| b as usize).sum::<usize>()); }\n',
    hog: "fn main() { let mut a = Vec::new(); loop { a.push(vec![1u8; 1 << 20]); } }\n",
    twoFiles: {
      main: "mod other;\nfn main() { other::say(); }\n",
      name: "other.rs",
      other: 'pub fn say() { println!("from the other file"); }\n',
    },
    version: { argv: ["/usr/bin/rustc", "--version"] },
  },
  swift: {
    line: "print(readLine()!)\n",
    fails: 'fatalError("no")\n',
    failsWith: /Fatal error: no/,
    invalid: { source: 'let one = 1\nlet x: Int = "a"\n', says: /main\.swift:2:14: error/ },
    large: "let a = [UInt8](repeating: 1, count: 67108864)\nprint(a.reduce(0) { $0 + Int($1) })\n",
    hog: "var a: [[UInt8]] = []\nwhile true { a.append([UInt8](repeating: 1, count: 1 << 20)) }\n",
    twoFiles: { main: "say()\n", name: "other.swift", other: 'func say() { print("from the other file") }\n' },
    version: { argv: ["/usr/bin/swiftc", "--version"] },
  },
};
