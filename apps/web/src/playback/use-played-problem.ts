import { getProblemVersion } from "@greenroom/shared/api/problem-routes.ts";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { asShown } from "../problem/as-shown.ts";

interface PlayedProblem {
  /** Undefined while it is fetched, when it cannot be, and when there is none. */
  readonly problem: ShownProblem | undefined;
  /** Why it cannot be shown. */
  readonly failure: string | undefined;
}

/** A problem in the version that the room worked on. */
export function usePlayedProblem(ref: { readonly problemId: string; readonly version: number } | null): PlayedProblem {
  const { data, error } = useQuery({
    queryKey: ["recorded-problem", ref?.problemId, ref?.version],
    queryFn: async () => (ref ? await callRoute(getProblemVersion, { params: ref }, userAccess) : null),
    enabled: ref !== null,
    staleTime: Infinity,
  });
  const problem = useMemo(() => (data ? asShown(data) : undefined), [data]);
  const gone = failureCode(error) === "not-found";
  return {
    problem,
    failure: error ? (gone ? "The problem of this moment has been deleted since." : failureText(error)) : undefined,
  };
}
