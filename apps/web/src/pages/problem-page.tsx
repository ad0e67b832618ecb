import { getProblem } from "@greenroom/shared/api/problem-routes.ts";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { ProblemEditor } from "../problem/problem-editor.tsx";
import { AppFrame } from "../ui/app-frame.tsx";
import { Button } from "../ui/button.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import { useTitle } from "../ui/use-title.ts";

export function NewProblemPage(): ReactElement {
  useTitle("New problem");
  return (
    <AppFrame>
      <ProblemHead title="New problem" />
      <ProblemEditor />
    </AppFrame>
  );
}

export function ProblemPage(): ReactElement {
  const { problemId } = useParams({ from: "/company/problems/$problemId" });
  // Asking again replaces what is in the form by the newest version.
  const [asked, setAsked] = useState(0);
  const problem = useQuery({
    queryKey: ["problem", problemId, asked],
    queryFn: () => callRoute(getProblem, { params: { problemId } }, userAccess),
    // The form must not change under whoever writes in it.
    staleTime: Infinity,
    gcTime: 0,
  });
  const title = problem.data?.content.title ?? "Problem";
  useTitle(title);
  return (
    <AppFrame>
      <ProblemHead title={title} />
      {problem.isPending && <Spinner label="Loading the problem…" />}
      {problem.isError && (
        <Notice
          tone="error"
          action={
            <Button look="small" onClick={() => void problem.refetch()}>
              Try again
            </Button>
          }
        >
          {failureText(problem.error)}
        </Notice>
      )}
      {problem.data && (
        <ProblemEditor key={problem.dataUpdatedAt} problem={problem.data} onReload={() => setAsked(asked + 1)} />
      )}
    </AppFrame>
  );
}

function ProblemHead({ title }: { title: string }): ReactElement {
  return (
    <div className="problem-head">
      <Link to={paths.problems}>All problems</Link>
      <h1>{title}</h1>
    </div>
  );
}
