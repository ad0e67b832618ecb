import type { Sample } from "./sample.ts";

export const interpretedSamples: Readonly<Record<string, Sample>> = {
  awk: {
    line: "{ print }\n",
    fails: "BEGIN { exit 3 }\n",
    hog: 'BEGIN { s = "x"; for (i = 0; i < 20; i++) s = s s; for (;;) a[n++] = s n }\n',
  },
  bash: {
    line: 'read -r line\necho "$line"\n',
    fails: "exit 3\n",
    hog: "a=x\nwhile true; do a=$a$a; done\n",
  },
  clojure: {
    line: "(println (read-line))\n",
    fails: '(throw (Exception. "no"))\n',
    hog: "(loop [a []] (recur (conj a (byte-array 1048576))))\n",
  },
  commonlisp: {
    line: "(write-line (read-line))\n",
    fails: '(error "no")\n',
    hog: "(let ((a nil)) (loop (push (make-array 1048576 :element-type '(unsigned-byte 8) :initial-element 1) a)))\n",
  },
  elixir: {
    line: 'IO.write(IO.gets(""))\n',
    fails: 'raise "no"\n',
    hog: "defmodule M do\n  def go(a), do: go([:binary.copy(<<1>>, 1048576) | a])\nend\nM.go([])\n",
  },
  erlang: {
    line: '-module(main).\n-export([main/0]).\nmain() -> io:put_chars(io:get_line("")).\n',
    fails: "-module(main).\n-export([main/0]).\nmain() -> error(no).\n",
    invalid: "-module(main).\n-export([main/0]).\nmain() -> X.\n",
    hog: "-module(main).\n-export([main/0]).\nmain() -> go([]).\ngo(A) -> go([binary:copy(<<1>>, 1048576) | A]).\n",
  },
  groovy: {
    line: "println System.in.newReader('UTF-8').readLine()\n",
    fails: "throw new Exception('no')\n",
    hog: "def a = []\nwhile (true) a << new byte[1 << 20]\n",
  },
  lua: {
    line: "print(io.read())\n",
    fails: 'error("no")\n',
    hog: 'local a = {}\nwhile true do a[#a + 1] = string.rep("x", 1048576) .. #a end\n',
  },
  octave: {
    line: 'l = fgetl(stdin);\nprintf("%s\\n", l);\n',
    fails: 'error("no");\n',
    hog: "a = {};\nwhile true\n  a{end + 1} = ones(1, 1000000) * 2;\nend\n",
  },
  perl: {
    line: "print scalar <STDIN>;\n",
    fails: 'die "no";\n',
    hog: 'my @a; push @a, "x" x 1048576 while 1;\n',
  },
  php: {
    line: "<?php\necho fgets(STDIN);\n",
    fails: '<?php\nthrow new Exception("no");\n',
    hog: '<?php\n$a = [];\nwhile (true) $a[] = str_repeat("x", 1048576);\n',
  },
  postgresql: {
    line: "\\set QUIET\n\\pset tuples_only on\n\\pset format unaligned\nCREATE TABLE t (l text);\n\\copy t FROM pstdin\nSELECT l FROM t;\n",
    fails: "SELECT 1 / 0;\n",
    hog: "DO $$ DECLARE a text[] := '{}'; BEGIN LOOP a := a || repeat('x', 1000000); END LOOP; END $$;\n",
  },
  prolog: {
    line: ":- read_line_to_string(user_input, L), writeln(L).\n",
    fails: ":- initialization(main).\nmain :- throw(no).\n",
    hog: ":- numlist(1, 100000000, L), length(L, N), writeln(N).\n",
  },
  r: {
    line: 'cat(readLines(file("stdin"), 1), sep = "\\n")\n',
    fails: 'stop("no")\n',
    hog: "a <- list()\nwhile (TRUE) a[[length(a) + 1]] <- numeric(1e6) + 1\n",
  },
  racket: {
    line: "#lang racket/base\n(displayln (read-line))\n",
    fails: '#lang racket/base\n(error "no")\n',
    hog: "#lang racket/base\n(let loop ((a '())) (loop (cons (make-bytes 1048576 1) a)))\n",
  },
  raku: {
    line: "say get;\n",
    fails: 'die "no";\n',
    hog: "my @a; loop { @a.push(Buf.allocate(1048576, 1)) }\n",
  },
  ruby: {
    line: "puts gets\n",
    fails: 'raise "no"\n',
    hog: 'a = []\nloop { a << "x" * 1048576 }\n',
  },
  scheme: {
    line: "(use-modules (ice-9 rdelim))\n(display (read-line))\n(newline)\n",
    fails: '(error "no")\n',
    hog: "(let loop ((a '())) (loop (cons (make-vector 131072 1) a)))\n",
  },
  sqlite: {
    line: 'CREATE TABLE t (l);\n.import "|cat" t\nSELECT l FROM t;\n',
    fails: "SELECT * FROM nowhere;\n",
    hog: "CREATE TABLE t (b);\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)\nINSERT INTO t SELECT zeroblob(1048576) FROM n;\n",
  },
  tcl: {
    line: "puts [gets stdin]\n",
    fails: "error no\n",
    hog: "while 1 { lappend a [string repeat x[incr n] 500000] }\n",
  },
};
