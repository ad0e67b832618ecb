import { Type, type Static } from "typebox";
import { LanguageId } from "../languages.ts";

/** Bounds of what a run may be given; they are bytes, and the executor counts them again. */
export const maxSourceBytes = 1024 * 1024;
export const maxStdinBytes = 256 * 1024;
export const maxFiles = 256;

/**
 * A relative path of at most eight parts and 255 bytes, such as "lib/util.py": no empty part, no "." or "..", no
 * backslash and no control character.
 */
export const filePathPattern =
  "^(?!.{256})(?!(?:.*/)?\\.{1,2}(?:/|$))[^/\\\\\\u0000-\\u001f\\u007f]+(?:/[^/\\\\\\u0000-\\u001f\\u007f]+){0,7}$";

export const SourceFile = Type.Object({
  name: Type.String({ pattern: filePathPattern }),
  content: Type.String(),
  /** How `content` is written down; text is UTF-8 unless it says otherwise. */
  encoding: Type.Optional(Type.Union([Type.Literal("utf8"), Type.Literal("base64")])),
});
export type SourceFile = Static<typeof SourceFile>;

/** A program as somebody wrote it: the first file is the one that is compiled and run, the others are beside it. */
export const Program = Type.Object({
  language: LanguageId,
  files: Type.Array(SourceFile, { minItems: 1, maxItems: maxFiles }),
});
export type Program = Static<typeof Program>;
