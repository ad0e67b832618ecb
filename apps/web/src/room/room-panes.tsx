import { Tabs } from "@base-ui/react/tabs";
import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { useState, type ReactElement } from "react";
import { Group, Panel, Separator, useDefaultLayout } from "react-resizable-panels";
import { ProblemPanel } from "../problem/problem-panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { useNarrow } from "./use-narrow.ts";
import "../ui/tabs.css";

export interface RoomPanesProps {
  readonly problem: ShownProblem | null;
  readonly editor: ReactElement;
  readonly run: ReactElement;
}

/** Problem, editor and output side by side, in sizes one chooses; on a narrow screen the first two share one place. */
export function RoomPanes(props: RoomPanesProps): ReactElement {
  return useNarrow() ? <NarrowPanes {...props} /> : <WidePanes {...props} />;
}

function WidePanes({ problem, editor, run }: RoomPanesProps): ReactElement {
  const [isAway, setAway] = useState(false);
  const hasProblem = problem !== null && !isAway;
  const panelIds = hasProblem ? ["problem", "editor", "run"] : ["editor", "run"];
  const layout = useDefaultLayout({ id: "greenroom.split.horizontal", panelIds, storage: localStorage });
  return (
    <div className="room-panes">
      {problem && isAway && (
        <div className="problem-strip">
          <Button
            look="quiet icon"
            aria-label="Show the problem"
            title="Show the problem"
            onClick={() => setAway(false)}
          >
            <Icon name="book" />
          </Button>
        </div>
      )}
      <Group orientation="horizontal" className="room-split" {...layout}>
        {hasProblem && (
          <Panel id="problem" defaultSize="27%" minSize="16%">
            <ProblemPanel
              key={problem.problemId}
              problem={problem}
              actions={
                <Button
                  look="quiet icon"
                  aria-label="Put the problem away"
                  title="Put the problem away, for yourself"
                  onClick={() => setAway(true)}
                >
                  <Icon name="minus" />
                </Button>
              }
            />
          </Panel>
        )}
        {hasProblem && <Separator className="room-separator" aria-label="Size of problem and editor" />}
        <Panel id="editor" defaultSize={hasProblem ? "41%" : "62%"} minSize="22%">
          {editor}
        </Panel>
        <Separator className="room-separator" aria-label="Size of editor and output" />
        <Panel id="run" minSize="20%">
          {run}
        </Panel>
      </Group>
    </div>
  );
}

function NarrowPanes({ problem, editor, run }: RoomPanesProps): ReactElement {
  const layout = useDefaultLayout({ id: "greenroom.split.vertical", storage: localStorage });
  return (
    <Group orientation="vertical" className="room-split" {...layout}>
      <Panel id="editor" defaultSize="55%" minSize="25%">
        <ProblemOrCode problem={problem} editor={editor} />
      </Panel>
      <Separator className="room-separator" aria-label="Size of editor and output" />
      <Panel id="run" minSize="20%">
        {run}
      </Panel>
    </Group>
  );
}

/** The editor keeps its place in the page while the problem is read. */
function ProblemOrCode({ problem, editor }: Pick<RoomPanesProps, "problem" | "editor">): ReactElement {
  const [tab, setTab] = useState<"problem" | "code">("problem");
  return (
    <Tabs.Root
      value={problem ? tab : "code"}
      onValueChange={(chosen) => setTab(chosen === "problem" ? "problem" : "code")}
      className="room-tabs"
    >
      {problem && (
        <Tabs.List className="tabs" aria-label="What is shown">
          <Tabs.Tab value="problem" className="tab">
            Problem
          </Tabs.Tab>
          <Tabs.Tab value="code" className="tab">
            Code
          </Tabs.Tab>
        </Tabs.List>
      )}
      {problem && (
        <Tabs.Panel value="problem" className="room-tab">
          <ProblemPanel key={problem.problemId} problem={problem} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="code" keepMounted className="room-tab">
        {editor}
      </Tabs.Panel>
    </Tabs.Root>
  );
}
