import type { Sample } from "./sample.ts";

export const compiledSamples: Readonly<Record<string, Sample>> = {
  ada: {
    line: "with Ada.Text_IO; use Ada.Text_IO;\nprocedure Main is\nbegin\n  Put_Line (Get_Line);\nend Main;\n",
    fails: "procedure Main is\nbegin\n  raise Constraint_Error;\nend Main;\n",
    invalid: "procedure Main is\nbegin\n  X := 1;\nend Main;\n",
    hog: "procedure Main is\n  type A is array (1 .. 1_000_000) of Integer;\n  type P is access A;\n  type L is array (1 .. 10_000) of P;\n  X : L;\nbegin\n  for I in L'Range loop\n    X (I) := new A'(others => I);\n  end loop;\n  if X (1) (1) = X (2) (2) then raise Program_Error; end if;\nend Main;\n",
  },
  assembly: {
    line: "global _start\nsection .bss\nb: resb 4096\nsection .text\n_start:\n  xor rax, rax\n  xor rdi, rdi\n  mov rsi, b\n  mov rdx, 4096\n  syscall\n  mov rdx, rax\n  mov rax, 1\n  mov rdi, 1\n  syscall\n  mov rax, 60\n  xor rdi, rdi\n  syscall\n",
    fails: "global _start\n_start:\n  mov rax, 60\n  mov rdi, 3\n  syscall\n",
    invalid: "global _start\n_start:\n  move rax, 60\n",
    hog: "global _start\nsection .text\n_start:\n  mov rax, 9\n  xor rdi, rdi\n  mov rsi, 4294967296\n  mov rdx, 3\n  mov r10, 0x4022\n  mov r8, -1\n  xor r9, r9\n  syscall\nl:\n  mov byte [rax], 1\n  add rax, 4096\n  jmp l\n",
  },
  cobol: {
    line: "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nDATA DIVISION.\nWORKING-STORAGE SECTION.\n01 L PIC X(200).\nPROCEDURE DIVISION.\n    ACCEPT L.\n    DISPLAY FUNCTION TRIM(L).\n    STOP RUN.\n",
    fails:
      "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nPROCEDURE DIVISION.\n    MOVE 3 TO RETURN-CODE.\n    STOP RUN.\n",
    invalid: "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nPROCEDURE DIVISION.\n    DISPLAY NOWHERE.\n    STOP RUN.\n",
    hog: "IDENTIFICATION DIVISION.\nPROGRAM-ID. MAIN.\nDATA DIVISION.\nWORKING-STORAGE SECTION.\n01 P USAGE POINTER.\n01 N PIC 9(9) COMP-5 VALUE 50000000.\nPROCEDURE DIVISION.\n    PERFORM 100 TIMES\n    ALLOCATE N CHARACTERS INITIALIZED RETURNING P\n    END-PERFORM.\n    STOP RUN.\n",
  },
  crystal: {
    line: "puts gets\n",
    fails: 'raise "no"\n',
    invalid: "puts nothing_there\n",
    hog: "a = [] of Bytes\nloop { a << Bytes.new(1 << 20, 1_u8) }\n",
  },
  csharp: {
    line: "using System;\nclass P { static void Main() { Console.WriteLine(Console.ReadLine()); } }\n",
    fails: 'class P { static void Main() { throw new System.Exception("no"); } }\n',
    invalid: 'class P { static void Main() { int x = "a"; } }\n',
    hog: "using System.Collections.Generic;\nclass P { static void Main() { var l = new List<byte[]>(); while (true) { var b = new byte[1 << 20]; for (int i = 0; i < b.Length; i += 512) b[i] = 1; l.Add(b); } } }\n",
  },
  d: {
    line: "import std.stdio;\nvoid main() { write(readln()); }\n",
    fails: 'void main() { throw new Exception("no"); }\n',
    invalid: "void main() { x = 1; }\n",
    hog: "void main() { ubyte[][] a; while (true) { auto b = new ubyte[1 << 20]; b[] = 1; a ~= b; } }\n",
  },
  fortran: {
    line: "program main\ncharacter(len=200) :: l\nread '(a)', l\nprint '(a)', trim(l)\nend program\n",
    fails: "program main\nerror stop 3\nend program\n",
    invalid: "program main\nimplicit none\nx = 1\nend program\n",
    hog: "program main\ntype p\ninteger, allocatable :: a(:)\nend type\ntype(p) :: l(10000)\ninteger :: i\ndo i = 1, 10000\nallocate(l(i)%a(1000000))\nl(i)%a = i\nend do\nprint *, sum(l(1)%a) + sum(l(9999)%a)\nend program\n",
  },
  go: {
    line: 'package main\nimport ("bufio"; "fmt"; "os")\nfunc main() { s, _ := bufio.NewReader(os.Stdin).ReadString(10); fmt.Print(s) }\n',
    fails: 'package main\nfunc main() { panic("no") }\n',
    invalid: "package main\nfunc main() { x := 1 }\n",
    hog: "package main\nfunc main() { var a [][]byte; for { b := make([]byte, 1<<20); for i := range b { b[i] = 1 }; a = append(a, b) } }\n",
  },
  haskell: {
    line: "main :: IO ()\nmain = getLine >>= putStrLn\n",
    fails: 'main :: IO ()\nmain = error "no"\n',
    invalid: "main :: IO ()\nmain = putStrLn 1\n",
    hog: "main :: IO ()\nmain = do\n  let l = [1 ..] :: [Integer]\n  print (sum (take 100000000 l))\n  print (length l)\n",
  },
  ocaml: {
    line: "let () = print_endline (read_line ())\n",
    fails: 'let () = failwith "no"\n',
    invalid: 'let () = print_endline (1 + "a")\n',
    hog: "let l = ref []\nlet () = while true do l := Bytes.make 1048576 'x' :: !l done\n",
  },
  pascal: {
    line: "program Main;\nvar s: string;\nbegin\n  ReadLn(s);\n  WriteLn(s);\nend.\n",
    fails: "program Main;\nbegin\n  Halt(3);\nend.\n",
    invalid: "program Main;\nbegin\n  x := 1;\nend.\n",
    hog: "program Main;\nvar p: Pointer;\nbegin\n  while true do begin GetMem(p, 1048576); FillChar(p^, 1048576, 1); end;\nend.\n",
  },
  rust: {
    line: 'fn main() { let mut s = String::new(); std::io::stdin().read_line(&mut s).unwrap(); print!("{s}"); }\n',
    fails: 'fn main() { panic!("no"); }\n',
    invalid: 'fn main() { let x: i32 = "a"; }\n',
    hog: "fn main() { let mut a = Vec::new(); loop { a.push(vec![1u8; 1 << 20]); } }\n",
  },
  swift: {
    line: "print(readLine()!)\n",
    fails: 'fatalError("no")\n',
    invalid: 'let x: Int = "a"\n',
    hog: "var a: [[UInt8]] = []\nwhile true { a.append([UInt8](repeating: 1, count: 1 << 20)) }\n",
  },
};
