import { getLanguage, languages, type LanguageId } from "@greenroom/shared/languages.ts";
import type { Checker, Style, TestCase } from "@greenroom/shared/jobs/grading.ts";
import { defaultRunLimits, limitTable, type RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { Program, SourceFile } from "@greenroom/shared/jobs/program.ts";
import type { ProblemContent } from "@greenroom/shared/problem/problem.ts";
import type { Signature, ValueType } from "@greenroom/shared/signature/signature.ts";
import { newId } from "../room/new-id.ts";

/** A program of the author's as the form has it: the first file's text; others that came with it stay as they are. */
export interface ProgramDraft {
  readonly language: LanguageId;
  readonly fileName: string;
  readonly text: string;
  readonly others: readonly SourceFile[];
}

export interface CaseDraft extends TestCase {
  /** Names it while the form is open. */
  readonly id: string;
}

export interface ParameterDraft {
  readonly id: string;
  readonly name: string;
  readonly type: ValueType;
}

/** A problem while it is written: every field as it stands in the form, right or not yet. */
export interface ProblemDraft {
  readonly title: string;
  readonly statement: string;
  readonly style: Style["kind"];
  readonly signature: {
    readonly name: string;
    readonly parameters: readonly ParameterDraft[];
    readonly returns: ValueType;
  };
  readonly interactor: ProgramDraft;
  readonly checker: Checker["kind"];
  readonly absolute: string;
  readonly relative: string;
  readonly checkerProgram: ProgramDraft;
  readonly cases: readonly CaseDraft[];
  readonly starters: Readonly<Partial<Record<LanguageId, string>>>;
  readonly seconds: string;
  readonly megabytes: string;
  /** Those that the form does not ask for. */
  readonly limits: RunLimits;
}

const int: ValueType = { kind: "scalar", of: "int" };

export const emptyProgram = (): ProgramDraft => ({
  language: "python",
  fileName: getLanguage("python").fileName,
  text: "",
  others: [],
});

export const emptyCase = (visibility: TestCase["visibility"]): CaseDraft => ({
  id: newId(),
  visibility,
  input: "",
  expected: "",
});

export const emptyParameter = (): ParameterDraft => ({ id: newId(), name: "", type: int });

export const emptyDraft = (): ProblemDraft => ({
  title: "",
  statement: "",
  style: "stdin",
  signature: { name: "", parameters: [emptyParameter()], returns: int },
  interactor: emptyProgram(),
  checker: "lines",
  absolute: "1e-6",
  relative: "1e-6",
  checkerProgram: emptyProgram(),
  cases: [emptyCase("visible"), emptyCase("hidden")],
  starters: {},
  seconds: String(defaultRunLimits.cpuMs / 1000),
  megabytes: String(defaultRunLimits.memoryKib / 1024),
  limits: defaultRunLimits,
});

export function draftOf(content: ProblemContent): ProblemDraft {
  const { title, statement, style, checker, cases, starters, limits } = content;
  const empty = emptyDraft();
  return {
    ...empty,
    title,
    statement,
    style: style.kind,
    ...(style.kind === "function" ? { signature: signatureDraftOf(style.signature) } : {}),
    ...(style.kind === "interactive" ? { interactor: programDraftOf(style.interactor) } : {}),
    checker: checker.kind,
    ...(checker.kind === "float" ? { absolute: String(checker.absolute), relative: String(checker.relative) } : {}),
    ...(checker.kind === "program" ? { checkerProgram: programDraftOf(checker.program) } : {}),
    cases: cases.map((one) => ({ ...one, id: newId() })),
    starters: Object.fromEntries(starters.map(({ language, text }) => [language, text])),
    seconds: String(limits.cpuMs / 1000),
    megabytes: String(limits.memoryKib / 1024),
    limits,
  };
}

function signatureDraftOf({ name, parameters, returns }: Signature): ProblemDraft["signature"] {
  return { name, parameters: parameters.map((parameter) => ({ ...parameter, id: newId() })), returns };
}

function programDraftOf({ language, files }: Program): ProgramDraft {
  const [first, ...others] = files;
  const fileName = first?.name ?? getLanguage(language).fileName;
  return { language, fileName, text: first ? textOf(first) : "", others };
}

function textOf({ content, encoding }: SourceFile): string {
  if (encoding !== "base64") return content;
  return new TextDecoder().decode(Uint8Array.from(atob(content), (character) => character.charCodeAt(0)));
}

/** To be called with a draft that has no faults. */
export function contentOf(draft: ProblemDraft): ProblemContent {
  const starters = languages.flatMap(({ id }) => {
    const text = draft.starters[id] ?? "";
    return text === "" ? [] : [{ language: id, text }];
  });
  return {
    title: draft.title.trim(),
    statement: draft.statement,
    style: styleOf(draft),
    checker: checkerOf(draft),
    cases: draft.cases.map(({ visibility, input, expected }) => ({ visibility, input, expected })),
    starters,
    limits: limitsOf(draft),
  };
}

export function signatureOf({ signature }: Pick<ProblemDraft, "signature">): Signature {
  const parameters = signature.parameters.map(({ name, type }) => ({ name: name.trim(), type }));
  return { name: signature.name.trim(), parameters, returns: signature.returns };
}

function styleOf(draft: ProblemDraft): Style {
  if (draft.style === "function") return { kind: "function", signature: signatureOf(draft) };
  if (draft.style === "interactive") return { kind: "interactive", interactor: programOf(draft.interactor) };
  return { kind: "stdin" };
}

function checkerOf(draft: ProblemDraft): Checker {
  // An interactor decides alone: nothing is compared.
  if (draft.style === "interactive") return { kind: "lines" };
  if (draft.checker === "float") {
    return { kind: "float", absolute: Number(draft.absolute), relative: Number(draft.relative) };
  }
  if (draft.checker === "program") return { kind: "program", program: programOf(draft.checkerProgram) };
  return { kind: draft.checker };
}

function programOf({ language, fileName, text, others }: ProgramDraft): Program {
  return { language, files: [{ name: fileName, content: text }, ...others] };
}

/** A program that sleeps may do so for as long again as it may compute. */
function limitsOf(draft: ProblemDraft): RunLimits {
  const cpuMs = Math.round(Number(draft.seconds) * 1000);
  const wallMs =
    cpuMs === draft.limits.cpuMs ? draft.limits.wallMs : Math.min(cpuMs * 2, limitTable.wallMs.run.ceiling);
  return { ...draft.limits, cpuMs, wallMs, memoryKib: Math.round(Number(draft.megabytes) * 1024) };
}
