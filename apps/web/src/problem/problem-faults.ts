import { maxCasesBytes, maxCaseText } from "@greenroom/shared/jobs/grading.ts";
import { limitTable } from "@greenroom/shared/jobs/limits.ts";
import { parseArguments, parseValue } from "@greenroom/shared/signature/values.ts";
import { signatureOf, type CaseDraft, type ProblemDraft } from "./problem-draft.ts";

/** What is wrong with a draft, in words, by the field it is said next to. */
export type Faults = Readonly<Partial<Record<FaultPlace, string>>>;
export type FaultPlace =
  | "title"
  | "statement"
  | "function-name"
  | `parameter-${string}`
  | "interactor"
  | "checker-program"
  | "absolute"
  | "relative"
  | "cases"
  | `input-${string}`
  | `expected-${string}`
  | "seconds"
  | "megabytes";

type Found = [FaultPlace, string];

/** Characters of a statement, as the contract has it. */
const maxStatement = 64 * 1024;
/** As the contract of signatures has it. */
const identifier = /^[a-z][a-zA-Z0-9]{0,39}$/;
const nameRule = "Begin with a small letter, then letters and digits, at most 40 in all.";

export function faultsOf(draft: ProblemDraft): Faults {
  return Object.fromEntries([
    ...textFaults(draft),
    ...signatureFaults(draft),
    ...programFaults(draft),
    ...caseFaults(draft),
    ...limitFaults(draft),
  ]);
}

function textFaults({ title, statement }: ProblemDraft): Found[] {
  const found: Found[] = [];
  if (title.trim() === "") found.push(["title", "Give it a title."]);
  if (statement.length > maxStatement)
    found.push(["statement", "The statement is too long: 64 Ki characters at most."]);
  return found;
}

function signatureFaults({ style, signature }: ProblemDraft): Found[] {
  if (style !== "function") return [];
  const found: Found[] = [];
  if (!identifier.test(signature.name.trim())) found.push(["function-name", nameRule]);
  const names = signature.parameters.map(({ name }) => name.trim());
  signature.parameters.forEach(({ id }, index) => {
    const name = names[index] ?? "";
    if (!identifier.test(name)) found.push([`parameter-${id}`, nameRule]);
    else if (names.indexOf(name) < index) found.push([`parameter-${id}`, "Another parameter has this name."]);
  });
  return found;
}

function programFaults(draft: ProblemDraft): Found[] {
  const found: Found[] = [];
  if (draft.style === "interactive") {
    if (draft.interactor.text.trim() === "") found.push(["interactor", "Write the interactor."]);
    return found;
  }
  if (draft.checker === "program" && draft.checkerProgram.text.trim() === "") {
    found.push(["checker-program", "Write the checker."]);
  }
  if (draft.checker !== "float") return found;
  for (const place of ["absolute", "relative"] as const) {
    if (!isBetween(draft[place], 0, 1)) found.push([place, "A number from 0 to 1, such as 1e-6."]);
  }
  return found;
}

function caseFaults(draft: ProblemDraft): Found[] {
  const { cases } = draft;
  if (cases.length === 0) return [["cases", "Add at least one test case."]];
  const encoder = new TextEncoder();
  const bytes = cases.reduce((sum, one) => sum + encoder.encode(one.input + one.expected).length, 0);
  const found: Found[] =
    bytes > maxCasesBytes ? [["cases", "The test cases are too large: 8 MiB at most in all."]] : [];
  for (const { id, input, expected } of cases) {
    if (input.length > maxCaseText) found.push([`input-${id}`, "Too long: 1 Mi characters at most."]);
    if (expected.length > maxCaseText) found.push([`expected-${id}`, "Too long: 1 Mi characters at most."]);
  }
  if (draft.style === "function" && signatureFaults(draft).length === 0) found.push(...valueFaults(draft, cases));
  return found;
}

/** In function style a case is made of values: they have to be of the signature's types. */
function valueFaults(draft: ProblemDraft, cases: readonly CaseDraft[]): Found[] {
  const signature = signatureOf(draft);
  return cases.flatMap(({ id, input, expected }) => {
    const found: Found[] = [];
    const argument = messageOf(() => parseArguments(signature, input));
    if (argument) found.push([`input-${id}`, argument]);
    const value = messageOf(() => parseValue(signature.returns, expected));
    if (value) found.push([`expected-${id}`, value]);
    return found;
  });
}

function messageOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** In the units of the form: seconds, and mebibytes. */
export const limitBounds = {
  seconds: { least: limitTable.cpuMs.least / 1000, most: limitTable.cpuMs.run.ceiling / 1000 },
  megabytes: { least: limitTable.memoryKib.least / 1024, most: limitTable.memoryKib.run.ceiling / 1024 },
} as const;

function limitFaults(draft: ProblemDraft): Found[] {
  const found: Found[] = [];
  for (const place of ["seconds", "megabytes"] as const) {
    const { least, most } = limitBounds[place];
    if (!isBetween(draft[place], least, most)) found.push([place, `A number from ${least} to ${most}.`]);
  }
  return found;
}

function isBetween(text: string, least: number, most: number): boolean {
  const number = Number(text);
  return text.trim() !== "" && number >= least && number <= most;
}
