import type { listProblems } from "@greenroom/shared/api/problem-routes.ts";
import type { ResponseOf } from "@greenroom/shared/api/route.ts";
import { formatInstant } from "../ui/format-time.ts";

type ListedProblem = ResponseOf<typeof listProblems>["problems"][number];

const styleTexts: Record<ListedProblem["style"], string> = {
  stdin: "Whole program",
  function: "Function",
  interactive: "Conversation",
};

/** Such as "Function · 2 visible and 5 hidden cases · Ada, 21 Nov 2026, 10:00". */
export function problemDetail({ style, visibleCases, hiddenCases, createdBy, changedAt }: ListedProblem): string {
  const cases = `${visibleCases} visible and ${hiddenCases} hidden cases`;
  return [styleTexts[style], cases, `${createdBy.name}, ${formatInstant(changedAt)}`].join(" · ");
}
