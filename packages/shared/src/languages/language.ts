import { Type, type Static } from "typebox";

/** The languages a document can be written in and a run can execute. */
export const LanguageId = Type.Union([
  Type.Literal("python"),
  Type.Literal("javascript"),
  Type.Literal("typescript"),
  Type.Literal("c"),
  Type.Literal("cpp"),
  Type.Literal("java"),
  Type.Literal("ada"),
  Type.Literal("assembly"),
  Type.Literal("awk"),
  Type.Literal("bash"),
  Type.Literal("clojure"),
  Type.Literal("cobol"),
  Type.Literal("commonlisp"),
  Type.Literal("crystal"),
  Type.Literal("csharp"),
  Type.Literal("d"),
  Type.Literal("elixir"),
  Type.Literal("erlang"),
  Type.Literal("fortran"),
  Type.Literal("go"),
  Type.Literal("groovy"),
  Type.Literal("haskell"),
  Type.Literal("kotlin"),
  Type.Literal("lua"),
  Type.Literal("ocaml"),
  Type.Literal("octave"),
  Type.Literal("pascal"),
  Type.Literal("perl"),
  Type.Literal("php"),
  Type.Literal("postgresql"),
  Type.Literal("prolog"),
  Type.Literal("r"),
  Type.Literal("racket"),
  Type.Literal("raku"),
  Type.Literal("ruby"),
  Type.Literal("rust"),
  Type.Literal("scheme"),
  Type.Literal("sqlite"),
  Type.Literal("swift"),
  Type.Literal("tcl"),
]);
export type LanguageId = Static<typeof LanguageId>;

export interface Language {
  readonly id: LanguageId;
  readonly label: string;
  /** Of the compiler or interpreter, as far as its own words about itself are compared with it. */
  readonly version: string;
  /** What clients of other execution services call it, besides its id. */
  readonly aliases: readonly string[];
  /** The language's id in Monaco; "plaintext" where Monaco has none. */
  readonly monaco: string;
  /** What the source is called in the sandbox. */
  readonly fileName: string;
  /** Columns of one level of indentation; the starter uses it too. */
  readonly indent: 2 | 4;
  /** What a new document of this language begins with: a program that prints "Hello, world!". */
  readonly starter: string;
}
