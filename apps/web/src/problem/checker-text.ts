import type { Checker, Style } from "@greenroom/shared/jobs/grading.ts";

export interface CheckerChoice {
  readonly kind: Checker["kind"];
  readonly label: string;
  readonly hint: string;
}

const ofOutput: readonly CheckerChoice[] = [
  {
    kind: "lines",
    label: "The same lines",
    hint: "White space at the ends of lines and empty lines at the end do not matter. Right for most problems.",
  },
  { kind: "tokens", label: "The same words", hint: "Only what stands between white space is compared." },
  { kind: "float", label: "The same words, numbers nearly", hint: "Numbers may differ by as much as you say." },
  { kind: "unordered-lines", label: "The same lines in any order", hint: "Each as often as expected." },
  { kind: "exact", label: "Byte by byte", hint: "Every space and every line end counts." },
  { kind: "program", label: "A program of your own decides", hint: "For problems with more than one right answer." },
];

/** In function style values are compared, not texts: what lies between exact and any order has no meaning there. */
const ofValue: readonly CheckerChoice[] = [
  { kind: "lines", label: "The same value", hint: "Numbers with a fraction may differ by a billionth." },
  { kind: "float", label: "Numbers nearly the same", hint: "Numbers may differ by as much as you say." },
  {
    kind: "unordered-lines",
    label: "The same items in any order",
    hint: "For arrays: each item as often as expected.",
  },
  { kind: "program", label: "A program of your own decides", hint: "For problems with more than one right answer." },
];

export function checkerChoices(style: Style["kind"]): readonly CheckerChoice[] {
  return style === "function" ? ofValue : ofOutput;
}

/** What a candidate should know of how answers are compared; undefined where it goes without saying. */
export function checkerNote(checker: string, style: Style["kind"]): string | undefined {
  if (style === "interactive") return "Your program talks to another program: write a line, flush, read the answer.";
  switch (checker) {
    case "exact":
      return "Every space and every line end of the output counts.";
    case "float":
      return "Numbers may differ by a little.";
    case "unordered-lines":
      return style === "function" ? "The items may come in any order." : "The lines may come in any order.";
    case "program":
      return "There can be more than one right answer.";
    default:
      return undefined;
  }
}
