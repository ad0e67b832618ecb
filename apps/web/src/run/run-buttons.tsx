import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { keys } from "../ui/keys.ts";
import { runsAlone } from "./run-draft.ts";

export interface RunButtonsProps {
  readonly problem: ShownProblem | null;
  readonly isActive: boolean;
  readonly isBlocked: boolean;
  /** Whether the problem can be met in the room's language. */
  readonly canBeCalled: boolean;
  readonly onRun: () => void;
  readonly onGrade: (cases: "visible" | "all") => void;
  readonly onStop: () => void;
}

/** All are always there, so that none goes away under the pointer or the keyboard when a run begins or ends. */
export function RunButtons({ problem, isActive, isBlocked, canBeCalled, ...on }: RunButtonsProps): ReactElement {
  const off = isActive || isBlocked;
  const hasExamples = problem?.cases.some(({ visibility }) => visibility === "visible") ?? false;
  // The run key does what makes sense for what is worked on.
  const runKey = { "aria-keyshortcuts": "Control+Enter Meta+Enter" };
  const isAlone = runsAlone(problem);
  return (
    <div className="run-buttons">
      <Button look="small" onClick={on.onStop} disabled={!isActive}>
        <Icon name="stop" />
        Stop
      </Button>
      <Button
        look={problem ? "small" : "small primary"}
        onClick={on.onRun}
        disabled={off}
        title={isAlone ? `Run for everybody (${keys.run.join("+")})` : "Run it as it stands: nobody calls it"}
        {...(isAlone ? runKey : {})}
      >
        <Icon name="play" />
        Run
      </Button>
      {problem && hasExamples && (
        <Button
          look="small"
          onClick={() => on.onGrade("visible")}
          disabled={off || !canBeCalled}
          title={`Try the examples${isAlone ? "" : ` (${keys.run.join("+")})`}`}
          {...(isAlone ? {} : runKey)}
        >
          <Icon name="check" />
          Try examples
        </Button>
      )}
      {problem && (
        <Button
          look="small primary"
          onClick={() => on.onGrade("all")}
          disabled={off || !canBeCalled}
          title={`Submit: meet all tests (${keys.submit.join("+")})`}
          aria-keyshortcuts="Control+Shift+Enter Meta+Shift+Enter"
        >
          <Icon name="upload" />
          Submit
        </Button>
      )}
    </div>
  );
}
