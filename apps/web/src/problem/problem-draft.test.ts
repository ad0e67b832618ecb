import type { ProblemContent } from "@greenroom/shared/problem/problem.ts";
import { defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { describe, expect, it } from "vitest";
import { contentOf, draftOf, emptyDraft, emptyParameter, type ProblemDraft } from "./problem-draft.ts";
import { faultsOf } from "./problem-faults.ts";

const content: ProblemContent = {
  title: "Two sum",
  statement: "Add **them**.",
  style: {
    kind: "function",
    signature: {
      name: "twoSum",
      parameters: [
        { name: "numbers", type: { kind: "array", of: "int" } },
        { name: "target", type: { kind: "scalar", of: "int" } },
      ],
      returns: { kind: "array", of: "int" },
    },
  },
  checker: {
    kind: "program",
    program: {
      language: "python",
      files: [
        { name: "check.py", content: "cHJpbnQoMSk=", encoding: "base64" },
        { name: "lib.py", content: "x = 1" },
      ],
    },
  },
  cases: [{ visibility: "hidden", input: "[2, 7]\n9", expected: "[0, 1]" }],
  starters: [{ language: "python", text: "def two_sum(): ..." }],
  limits: { ...defaultRunLimits, cpuMs: 1500, wallMs: 7000, processes: 3 },
};

describe("a problem in the form", () => {
  it("comes out as it went in", () => {
    const draft = draftOf(content);
    expect(faultsOf(draft)).toEqual({});
    const [, lib] = content.checker.kind === "program" ? content.checker.program.files : [];
    expect(contentOf(draft)).toEqual({
      ...content,
      checker: {
        kind: "program",
        program: { language: "python", files: [{ name: "check.py", content: "print(1)" }, lib] },
      },
    });
  });

  it("lets a program sleep as long again when its time is changed", () => {
    expect(contentOf({ ...draftOf(content), seconds: "2" }).limits).toMatchObject({ cpuMs: 2000, wallMs: 4000 });
    expect(contentOf({ ...draftOf(content), seconds: "60" }).limits.wallMs).toBe(120_000);
  });

  it("says what is missing, next to where it is", () => {
    const empty: ProblemDraft = { ...emptyDraft(), style: "interactive", seconds: "0", megabytes: "much", cases: [] };
    expect(Object.keys(faultsOf(empty))).toEqual(["title", "interactor", "cases", "seconds", "megabytes"]);
  });

  it("finds a test case whose values are not the signature's", () => {
    const draft = draftOf({ ...content, cases: [{ visibility: "visible", input: "[2, 7]", expected: '"no"' }] });
    const id = draft.cases[0]?.id ?? "";
    const faults = faultsOf(draft);
    expect(faults[`input-${id}`]).toContain("1 lines for 2 parameters");
    expect(faults[`expected-${id}`]).toContain("array");
  });

  it("finds two parameters of one name", () => {
    const draft = draftOf(content);
    const twice = { ...emptyParameter(), name: "target" };
    const { signature } = draft;
    const parameters = [...signature.parameters, twice];
    const faults = faultsOf({ ...draft, signature: { ...signature, parameters } });
    expect(faults[`parameter-${twice.id}`]).toContain("Another parameter");
  });
});
