import type { ProblemDraft } from "./problem-draft.ts";
import type { Faults } from "./problem-faults.ts";

/** What each part of the form is given. */
export interface DraftPart {
  readonly draft: ProblemDraft;
  /** Shown next to their fields; none before the first attempt to save. */
  readonly faults: Faults;
  readonly onChange: (change: Partial<ProblemDraft>) => void;
}
