import type { ShownProblem } from "@greenroom/shared/problem/problem.ts";
import { useState, type ReactElement } from "react";
import { Group, Panel, Separator, useDefaultLayout } from "react-resizable-panels";
import { ProblemPanel, problemTab } from "../problem/problem-panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { OneOfTabs, type Tab } from "../ui/one-of-tabs.tsx";
import { useNarrow } from "./use-narrow.ts";

export interface RoomPanesProps {
  readonly problem: ShownProblem | null;
  readonly editor: ReactElement;
  readonly run: ReactElement;
  /** Where there is room it stands below the output, to be opened and closed; otherwise it is a tab. */
  readonly chat: ReactElement;
  readonly isChatOpen: boolean;
  /** The mark on its tab. */
  readonly unread: ReactElement;
}

/** Problem, editor and output side by side, in sizes one chooses; on a narrow screen all but the output share one place. */
export function RoomPanes(props: RoomPanesProps): ReactElement {
  return useNarrow() ? <NarrowPanes {...props} /> : <WidePanes {...props} />;
}

function WidePanes({ problem, editor, run, chat, isChatOpen }: RoomPanesProps): ReactElement {
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
          <RunAndChat run={run} chat={isChatOpen ? chat : undefined} />
        </Panel>
      </Group>
    </div>
  );
}

/** The output keeps its place in the page when the chat comes and goes. */
function RunAndChat({ run, chat }: { run: ReactElement; chat: ReactElement | undefined }): ReactElement {
  const panelIds = chat ? ["output", "chat"] : ["output"];
  const layout = useDefaultLayout({ id: "greenroom.split.chat", panelIds, storage: localStorage });
  return (
    <Group orientation="vertical" className="room-split" {...layout}>
      <Panel id="output" minSize="25%">
        {run}
      </Panel>
      {chat && <Separator className="room-separator" aria-label="Size of output and chat" />}
      {chat && (
        <Panel id="chat" defaultSize="42%" minSize="20%">
          {chat}
        </Panel>
      )}
    </Group>
  );
}

function NarrowPanes({ run, ...shown }: RoomPanesProps): ReactElement {
  const layout = useDefaultLayout({ id: "greenroom.split.vertical", storage: localStorage });
  return (
    <Group orientation="vertical" className="room-split" {...layout}>
      <Panel id="editor" defaultSize="55%" minSize="25%">
        <OneOf {...shown} />
      </Panel>
      <Separator className="room-separator" aria-label="Size of editor and output" />
      <Panel id="run" minSize="20%">
        {run}
      </Panel>
    </Group>
  );
}

function OneOf({ problem, editor, chat, unread }: Omit<RoomPanesProps, "run">): ReactElement {
  const chatLabel = (
    <>
      Chat
      {unread}
    </>
  );
  const tabs: Tab[] = [
    { id: "code", label: "Code", content: editor, isKept: true },
    { id: "chat", label: chatLabel, content: chat },
  ];
  if (problem) tabs.unshift(problemTab(problem));
  return <OneOfTabs tabs={tabs} begin={problem ? "problem" : "code"} otherwise="code" />;
}
