import { getProblem } from "@greenroom/shared/api/problem-routes.ts";
import type { SessionRecord } from "@greenroom/shared/api/session-routes.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { useQueries } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { userAccess } from "../auth/user-access.ts";
import { asShown } from "../problem/as-shown.ts";
import { ProblemPanel } from "../problem/problem-panel.tsx";

export interface RecordedProblem {
  readonly problemId: string;
  /** As it is now; undefined while it is fetched, and when it is not there any more. */
  readonly problem: ShownProblem | undefined;
  readonly isGone: boolean;
}

/** The problems that a session has worked on, in the order its documents have them. */
export function useRecordedProblems({ documents, runs }: SessionRecord): readonly RecordedProblem[] {
  const ids = new Set(
    [...documents.map(({ problemId }) => problemId), ...runs.map(({ problem }) => problem?.problemId)].filter(
      (id) => id !== undefined && id !== null,
    ),
  );
  return useQueries({
    queries: [...ids].map((problemId) => ({
      queryKey: ["recorded-problem", problemId],
      queryFn: () => callRoute(getProblem, { params: { problemId } }, userAccess),
      staleTime: Infinity,
      retry: false,
    })),
    combine: (results) =>
      [...ids].map((problemId, index) => {
        const { data, isError } = results[index] ?? {};
        return { problemId, problem: data && asShown(data), isGone: isError ?? false };
      }),
  });
}

export function RecordedProblems({ problems }: { problems: readonly RecordedProblem[] }): ReactElement | null {
  if (problems.length === 0) return null;
  return (
    <section className="list-section" aria-labelledby="recorded-problems">
      <h2 id="recorded-problems">{problems.length === 1 ? "Problem" : "Problems"}</h2>
      <ul className="entries">
        {problems.map(({ problemId, problem, isGone }) => (
          <li key={problemId}>
            {isGone && <p className="entry muted">This problem has been deleted since.</p>}
            {problem && (
              <details className="run-record">
                <summary>
                  <span className="row-title">{problem.title}</span>
                  <span className="muted">As it is now, version {problem.version}</span>
                </summary>
                <ProblemPanel problem={problem} />
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
