/** Programs of one language that show what its row promises. */
export interface Sample {
  /** Reads one line and writes it, and a line break. */
  readonly line: string;
  /** Fails: with an uncaught exception, or an exit code that is not 0. */
  readonly fails: string;
  /** What the compiler refuses; absent where nothing is compiled. */
  readonly invalid?: string;
  /** Takes memory until there is none. */
  readonly hog: string;
}
