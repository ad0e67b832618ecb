import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import type { ReactElement } from "react";
import { Group, Panel, Separator, useDefaultLayout } from "react-resizable-panels";
import { ProblemPanel, problemTab } from "../problem/problem-panel.tsx";
import { useNarrow } from "../room/use-narrow.ts";
import { OneOfTabs, type Tab } from "../ui/one-of-tabs.tsx";

export interface PlayedPanesProps {
  readonly problem: ShownProblem | null;
  readonly code: ReactElement;
  readonly side: ReactElement;
}

/** Problem, code and what is beside it, in sizes one chooses; on a narrow screen the first two share one place. */
export function PlayedPanes(props: PlayedPanesProps): ReactElement {
  return useNarrow() ? <NarrowPanes {...props} /> : <WidePanes {...props} />;
}

function WidePanes({ problem, code, side }: PlayedPanesProps): ReactElement {
  const panelIds = problem ? ["problem", "code", "side"] : ["code", "side"];
  const layout = useDefaultLayout({ id: "greenroom.playback.horizontal", panelIds, storage: localStorage });
  return (
    <Group orientation="horizontal" className="room-split" {...layout}>
      {problem && (
        <Panel id="problem" defaultSize="25%" minSize="16%">
          <ProblemPanel key={problem.problemId} problem={problem} />
        </Panel>
      )}
      {problem && <Separator className="room-separator" aria-label="Size of problem and code" />}
      <Panel id="code" defaultSize={problem ? "45%" : "62%"} minSize="22%">
        {code}
      </Panel>
      <Separator className="room-separator" aria-label="Size of code and what is beside it" />
      <Panel id="side" minSize="20%">
        {side}
      </Panel>
    </Group>
  );
}

function NarrowPanes({ problem, code, side }: PlayedPanesProps): ReactElement {
  const layout = useDefaultLayout({ id: "greenroom.playback.vertical", storage: localStorage });
  return (
    <Group orientation="vertical" className="room-split" {...layout}>
      <Panel id="code" defaultSize="55%" minSize="25%">
        <ProblemOrCode problem={problem} code={code} />
      </Panel>
      <Separator className="room-separator" aria-label="Size of code and what is below it" />
      <Panel id="side" minSize="20%">
        {side}
      </Panel>
    </Group>
  );
}

function ProblemOrCode({ problem, code }: Pick<PlayedPanesProps, "problem" | "code">): ReactElement {
  const tabs: Tab[] = [{ id: "code", label: "Code", content: code, isKept: true }];
  if (problem) tabs.unshift(problemTab(problem));
  return <OneOfTabs tabs={tabs} begin="code" otherwise="code" />;
}
