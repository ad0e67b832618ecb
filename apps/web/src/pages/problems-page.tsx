import { deleteProblem, listProblems } from "@greenroom/shared/api/problem-routes.ts";
import type { ResponseOf } from "@greenroom/shared/api/route.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { problemDetail } from "../problem/problem-detail.ts";
import { AppFrame } from "../ui/app-frame.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { useKeyboardKept } from "../ui/keyboard-place.ts";
import { Notice, Spinner } from "../ui/notice.tsx";
import { useTitle } from "../ui/use-title.ts";

type ListedProblem = ResponseOf<typeof listProblems>["problems"][number];

/** From so many on a list is easier to search than to read. */
const worthSearching = 8;

export function ProblemsPage(): ReactElement {
  useTitle("Problems");
  const problems = useQuery({ queryKey: ["problems"], queryFn: () => callRoute(listProblems, {}, userAccess) });
  return (
    <AppFrame>
      <div className="page-head">
        <h1>Problems</h1>
        <Link to={paths.newProblem} className={buttonClass("primary")}>
          <Icon name="plus" />
          New problem
        </Link>
      </div>
      {problems.isPending && <Spinner label="Loading the problems…" />}
      {problems.isError && (
        <Notice
          tone="error"
          action={
            <Button look="small" onClick={() => void problems.refetch()}>
              Try again
            </Button>
          }
        >
          {failureText(problems.error)}
        </Notice>
      )}
      {problems.data && <ProblemList problems={problems.data.problems} />}
    </AppFrame>
  );
}

function ProblemList({ problems }: { problems: readonly ListedProblem[] }): ReactElement {
  const [search, setSearch] = useState("");
  const part = useKeyboardKept<HTMLDivElement>();
  if (problems.length === 0) {
    return (
      <div className="empty">
        <p>No problem has been written yet. One is shown to a candidate from inside a session.</p>
      </div>
    );
  }
  const found = problems.filter(({ title }) => title.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <div ref={part} className="list-section">
      {problems.length >= worthSearching && (
        <TextField label="Search" type="search" value={search} onChange={({ target }) => setSearch(target.value)} />
      )}
      {found.length === 0 && <p className="muted">No title has that in it.</p>}
      {found.length > 0 && (
        <ul className="entries">
          {found.map((problem) => (
            <ProblemRow key={problem.problemId} problem={problem} />
          ))}
        </ul>
      )}
    </div>
  );
}

function ProblemRow({ problem }: { problem: ListedProblem }): ReactElement {
  const { problemId, title } = problem;
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const deleting = useMutation({
    mutationFn: () => callRoute(deleteProblem, { params: { problemId } }, userAccess),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["problems"] }),
  });
  return (
    <li className="entry has-action">
      <span className="row-main">
        <Link to={paths.problem} params={{ problemId }} className="row-title">
          {title}
        </Link>
        <span className="row-detail">{problemDetail(problem)}</span>
        {deleting.isError && (
          <span className="field-error" role="alert">
            {failureText(deleting.error)}
          </span>
        )}
      </span>
      <Button
        look="quiet icon"
        aria-label={`Delete “${title}”`}
        title="Delete"
        disabled={deleting.isPending}
        onClick={() => setAsking(true)}
      >
        <Icon name="trash" />
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Delete “${title}”?`}
        confirm="Delete"
        onConfirm={() => {
          setAsking(false);
          deleting.mutate();
        }}
        onCancel={() => setAsking(false)}
      >
        It can be shown in no new session. Sessions that showed it keep it.
      </ConfirmDialog>
    </li>
  );
}
