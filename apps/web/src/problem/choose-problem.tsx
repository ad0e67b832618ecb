import { Dialog } from "@base-ui/react/dialog";
import { listProblems } from "@greenroom/shared/api/problem-routes.ts";
import type { ResponseOf } from "@greenroom/shared/api/route.ts";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import type { Room } from "../room/room.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import { problemDetail } from "./problem-detail.ts";
import "./problem-panel.css";

export interface ChooseProblemProps {
  readonly room: Room;
  /** What is shown now. */
  readonly shownId: string | undefined;
}

/** Where an interviewer chooses what the room works on. */
export function ChooseProblem({ room, shownId }: ChooseProblemProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const show = (problemId: string | null) => {
    room.showProblem(problemId);
    setOpen(false);
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger className={buttonClass()}>
        <Icon name="book" />
        Problem
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog is-wide">
          <Dialog.Title render={<h2>Show a problem</h2>} />
          <Dialog.Description className="muted">
            Everybody in the room sees it at once. The code is kept for each problem: coming back brings it back.
          </Dialog.Description>
          <Choices shownId={shownId} onShow={show} />
          <div className="form-actions">
            <a className={buttonClass("quiet")} href={paths.newProblem} target="_blank" rel="noreferrer">
              <Icon name="plus" />
              Make a new one
            </a>
            {shownId !== undefined && <Button onClick={() => show(null)}>Take it away</Button>}
            <Dialog.Close className="btn">Cancel</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ChoicesProps {
  readonly shownId: string | undefined;
  readonly onShow: (problemId: string) => void;
}

function Choices({ shownId, onShow }: ChoicesProps): ReactElement {
  const [search, setSearch] = useState("");
  const problems = useQuery({
    queryKey: ["problems"],
    queryFn: () => callRoute(listProblems, {}, userAccess),
    // One may have been made in another tab.
    refetchOnWindowFocus: "always",
  });
  if (problems.isPending) return <Spinner label="Loading the problems…" />;
  if (problems.isError) {
    return (
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
    );
  }
  if (problems.data.problems.length === 0) {
    return <p>There is no problem yet. Make one, then come back: it will be listed here.</p>;
  }
  const found = problems.data.problems.filter(({ title }) => title.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <>
      <TextField
        label="Search"
        type="search"
        isStart
        value={search}
        onChange={({ target }) => setSearch(target.value)}
      />
      {found.length === 0 ? (
        <p className="muted">No title has that in it.</p>
      ) : (
        <ChoiceList problems={found} shownId={shownId} onShow={onShow} />
      )}
    </>
  );
}

interface ChoiceListProps extends ChoicesProps {
  readonly problems: ResponseOf<typeof listProblems>["problems"];
}

function ChoiceList({ problems, shownId, onShow }: ChoiceListProps): ReactElement {
  return (
    <ul className="entries problem-choices">
      {problems.map((problem) => (
        <li key={problem.problemId}>
          <button type="button" className="entry" onClick={() => onShow(problem.problemId)}>
            <span className="row-main">
              <span className="row-title">{problem.title}</span>
              <span className="row-detail">{problemDetail(problem)}</span>
            </span>
            {problem.problemId === shownId && <span className="tag is-live">Shown now</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
