import type { LanguageId } from "../languages.ts";

/** `twoSum` as `two_sum`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `twoSum` as `TwoSum`. */
export function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * Words that a language keeps for itself, of those a parameter or a function could be called by: they get an underscore at
 * the end. Taken from each language's reference; names of the standard library may be used, and shadowed.
 */
const reserved: Partial<Record<LanguageId, string>> & Record<string, string> = {
  python:
    "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield",
  javascript:
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield module exports require",
  java: "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while true false null",
  cpp: "alignas alignof and asm auto bitand bitor bool break case catch char class compl concept const consteval constexpr constinit continue decltype default delete do double else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not nullptr operator or private protected public register requires return short signed sizeof static struct switch template this throw true try typedef typeid typename union unsigned using virtual void volatile while xor main",
  csharp:
    "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while",
  go: "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var main init int int64 float64 string bool len append make",
  rust: "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe unsized use virtual where while yield",
  kotlin:
    "as break class continue do else false for fun if in interface is null object package return super this throw true try typealias typeof val var when while main",
  ruby: "alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield",
};

/** The name, unless the language keeps it for itself. */
export function safeName(language: string, name: string): string {
  const words = reserved[language === "typescript" ? "javascript" : language] ?? "";
  return words.split(" ").includes(name) ? `${name}_` : name;
}
