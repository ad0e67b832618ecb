import { getProblem, getProblemVersion } from "@greenroom/shared/api/problem-routes.ts";
import type { SessionRecord } from "@greenroom/shared/api/session-routes.ts";
import type { ProblemVersion, ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { useQueries } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { asShown } from "../problem/as-shown.ts";
import { ProblemPanel } from "../problem/problem-panel.tsx";

/** A problem in the version that runs met; in its newest one where it was shown and nothing was submitted. */
interface Reference {
  readonly problemId: string;
  readonly version: number | undefined;
}

export interface RecordedProblem extends Reference {
  /** Undefined while it is fetched, and when it cannot be. */
  readonly problem: ShownProblem | undefined;
  /** Why it cannot be shown. */
  readonly failure: string | undefined;
}

/** The problems that a session has worked on, in the order its documents have them, in each version that runs met. */
export function useRecordedProblems(record: SessionRecord): readonly RecordedProblem[] {
  const references = referencesOf(record);
  return useQueries({
    queries: references.map((reference) => ({
      queryKey: ["recorded-problem", reference.problemId, reference.version],
      queryFn: () => fetchProblem(reference),
      staleTime: Infinity,
    })),
    combine: (results) =>
      references.map((reference, index) => {
        const { data, error } = results[index] ?? {};
        return { ...reference, problem: data && asShown(data), failure: error ? reasonOf(error) : undefined };
      }),
  });
}

function reasonOf(error: unknown): string {
  return failureCode(error) === "not-found" ? "This problem has been deleted since." : failureText(error);
}

function referencesOf({ documents, runs }: SessionRecord): Reference[] {
  const met = runs.flatMap(({ problem }) => (problem ? [problem] : []));
  const shown = documents.flatMap(({ problemId }) => (problemId === null ? [] : [problemId]));
  const ids = new Set([...shown, ...met.map(({ problemId }) => problemId)]);
  return [...ids].flatMap((problemId): Reference[] => {
    const versions = new Set(met.filter((one) => one.problemId === problemId).map(({ version }) => version));
    return versions.size === 0
      ? [{ problemId, version: undefined }]
      : [...versions].toSorted((one, other) => one - other).map((version) => ({ problemId, version }));
  });
}

async function fetchProblem({ problemId, version }: Reference): Promise<ProblemVersion> {
  if (version === undefined) return await callRoute(getProblem, { params: { problemId } }, userAccess);
  return await callRoute(getProblemVersion, { params: { problemId, version } }, userAccess);
}

export function RecordedProblems({ problems }: { problems: readonly RecordedProblem[] }): ReactElement | null {
  if (problems.length === 0) return null;
  return (
    <section className="list-section" aria-labelledby="recorded-problems">
      <h2 id="recorded-problems">{problems.length === 1 ? "Problem" : "Problems"}</h2>
      <ul className="entries">
        {problems.map(({ problemId, version, problem, failure }) => (
          <li key={`${problemId} ${version}`}>
            {failure && <p className="entry muted">{failure}</p>}
            {problem && (
              <details className="run-record">
                <summary>
                  <span className="row-title">{problem.title}</span>
                  <span className="muted">
                    {version === undefined ? `As it is now, version ${problem.version}` : `Version ${version}`}
                  </span>
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
