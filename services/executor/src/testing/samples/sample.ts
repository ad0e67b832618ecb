/** Programs of one language that show what its row promises. */
export interface Sample {
  /** Reads one line and writes it, and a line break. */
  readonly line: string;
  /** Writes "Grüße, 世界 🎉"; the starter with another text when absent. */
  readonly unicode?: string;
  /** Fails: with an uncaught exception, or an exit code that is not 0. */
  readonly fails: string;
  /** What is on stderr then, where the language has words for it. */
  readonly failsWith?: RegExp;
  /** What the compiler refuses, and what it says: the line, which is not the first. Absent where nothing is compiled. */
  readonly invalid?: { readonly source: string; readonly says: RegExp };
  /** Takes 64 MiB, writes to each page of them, and then 67108864 to stdout. */
  readonly large: string;
  /** Takes memory until there is none. */
  readonly hog: string;
  /** A program whose main file uses the other one, and which writes "from the other file". */
  readonly twoFiles: { readonly main: string; readonly name: string; readonly other: string };
  readonly version: VersionQuestion;
}

/** How the compiler or interpreter in the image is asked for its version. */
export interface VersionQuestion {
  readonly argv: readonly string[];
  /** Where it is in the answer: the first group. The first number with a point in it when absent. */
  readonly says?: RegExp;
}

/** What `twoFiles` writes. */
export const fromOther = "from the other file";
