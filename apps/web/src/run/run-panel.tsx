import { getLanguage } from "@greenroom/shared/languages.ts";
import type { RunSummary, RunTask } from "@greenroom/shared/protocol/run.ts";
import { lazy, Suspense, useState, type ReactElement } from "react";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import { useStore } from "../room/store.ts";
import { Icon } from "../ui/icon.tsx";
import { Spinner } from "../ui/notice.tsx";
import { GradedView } from "./graded-view.tsx";
import { OutputView } from "./output-view.tsx";
import { ProgramInput } from "./program-input.tsx";
import { ResultLine } from "./result-line.tsx";
import { RunButtons } from "./run-buttons.tsx";
import type { RunDraft } from "./run-draft.ts";
import { runObstacle } from "./run-obstacle.ts";
import { isTerminalRun, type RunView } from "./run-store.ts";
import { useHasDriver } from "./use-has-driver.ts";
import type { TerminalSize } from "./terminal-view.tsx";
import "./run-panel.css";

// Only those who open a terminal need it.
const TerminalView = lazy(() => import("./terminal-view.tsx").then((module) => ({ default: module.TerminalView })));

export interface RunPanelProps {
  readonly room: Room;
  readonly info: RoomInfo;
  readonly draft: RunDraft;
  readonly onDraft: (draft: RunDraft) => void;
  readonly onTerminalSize: (size: TerminalSize) => void;
  readonly onRun: () => void;
  readonly onGrade: (cases: "visible" | "all") => void;
}

/** Run, Submit and Stop, the program's input, and what came of it, for everybody. */
export function RunPanel(props: RunPanelProps): ReactElement {
  const { room, info, draft } = props;
  const view = useStore(room.runs.view);
  const isLive = info.session.phase === "live";
  const obstacle = isLive ? runObstacle(info.runs, info.session.language) : undefined;
  const canBeCalled = useHasDriver(info.session.language, info.problem?.style.kind === "function");
  const isActive = view.request !== undefined || (view.summary !== undefined && view.summary.state !== "ended");
  const mayRun = room.can("run");
  return (
    <div className="run-panel">
      <div className="run-bar">
        <h2>Output</h2>
        <p className="run-state">{stateText(view)}</p>
        {mayRun && (
          <RunButtons
            problem={info.problem}
            isActive={isActive}
            isBlocked={obstacle !== undefined}
            canBeCalled={canBeCalled}
            onRun={props.onRun}
            onGrade={props.onGrade}
            onStop={() => room.stopRun()}
          />
        )}
      </div>
      {obstacle && <Obstacle text={obstacle} />}
      {isLive && !canBeCalled && (
        <Obstacle
          text={`A function in ${getLanguage(info.session.language).label} cannot be called here: choose another language for this problem.`}
        />
      )}
      <section className="run-output" aria-label="Output">
        <Shown {...props} view={view} mayRun={mayRun} />
      </section>
      {mayRun && <ProgramInput draft={draft} problem={info.problem} onChange={props.onDraft} />}
    </div>
  );
}

function Obstacle({ text }: { text: string }): ReactElement {
  return (
    <p className="run-obstacle" role="note">
      <Icon name="warning" />
      {text}
    </p>
  );
}

/** What the newest run asks for; or the terminal that one has chosen, until a run is started in it. */
function Shown(props: RunPanelProps & { view: RunView; mayRun: boolean }): ReactElement {
  const { room, info, draft, view, mayRun } = props;
  const { summary } = view;
  const isChosen = mayRun && draft.mode === "terminal";
  // A run that was there when one chose the terminal has been seen; the next one is shown, whatever it is.
  const [seen, setSeen] = useState({ isChosen: false, runId: undefined as string | undefined });
  if (seen.isChosen !== isChosen) setSeen({ isChosen, runId: isChosen ? summary?.runId : undefined });
  const isAside = isChosen && (summary === undefined || (summary.runId === seen.runId && summary.state === "ended"));
  if (isAside || (summary && isTerminalRun(summary)))
    return <Terminal {...props} summary={isAside ? undefined : summary} />;
  const output = (
    <OutputView output={view.output} fullText={() => room.runs.outputText} empty={emptyText(view, info, mayRun)} />
  );
  if (summary?.task.kind !== "graded") {
    return (
      <>
        {output}
        <ResultLine view={view} room={room} />
      </>
    );
  }
  return (
    // What scrolls has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="run-graded" tabIndex={0}>
      <GradedView
        key={summary.runId}
        run={summary}
        results={view.cases}
        problem={info.problem}
        by={`${getLanguage(summary.language).label}, run by ${room.nameOf(summary.participantId)}`}
      >
        {view.output.blocks.length > 0 && output}
      </GradedView>
    </div>
  );
}

function Terminal(props: RunPanelProps & { view: RunView; summary: RunSummary | undefined }): ReactElement {
  const { room, info, view, summary, onTerminalSize } = props;
  const isOwn = summary === undefined || summary.participantId === info.self.participantId;
  const takesKeys = summary?.state === "running" && room.can("run");
  const resized = (size: TerminalSize) => {
    onTerminalSize(size);
    if (summary?.state === "running") room.orderRun({ type: "resize", ...size }, notTyped);
  };
  return (
    <>
      <Suspense fallback={<Spinner label="Opening the terminal…" />}>
        <TerminalView
          feed={room.runs.terminal}
          takesKeys={takesKeys}
          isOwn={isOwn}
          size={isOwn ? undefined : sizeOf(summary.task)}
          onInput={(text) => room.orderRun({ type: "input", text }, notTyped)}
          onSize={resized}
        />
      </Suspense>
      {summary === undefined ? (
        <p className="run-result is-hint muted">
          Run the program: it talks to you here, and everybody in the room sees it.
        </p>
      ) : (
        <ResultLine view={view} room={room} />
      )}
    </>
  );
}

const notTyped = "What you typed did not reach the program: there is no connection.";

function sizeOf(task: RunTask): TerminalSize | undefined {
  return task.kind === "free" && task.input.kind === "terminal" ? task.input : undefined;
}

function stateText({ request, summary }: RunView): string {
  if (request === "saving") return "Saving your changes first…";
  if (request === "sent") return "Starting…";
  if (summary?.state === "queued") return queueText(summary.position);
  if (summary?.state !== "running") return "";
  return summary.task.kind === "graded" ? "Testing…" : "Running…";
}

function queueText(position: number | null): string {
  if (position === null || position === 0) return "Waiting for a free sandbox…";
  return position === 1 ? "1 run before yours" : `${position} runs before yours`;
}

function emptyText({ summary, request }: RunView, info: RoomInfo, mayRun: boolean): string {
  if (summary?.state === "ended") return "The program wrote nothing.";
  if (summary || request) return "Nothing written yet.";
  const language = getLanguage(info.session.language).label;
  if (info.session.phase === "ended") return "Nothing was run.";
  return mayRun
    ? `Run the ${language} program: what it writes appears here, for everybody, while it runs.`
    : "Nothing has been run yet. What programs write appears here while they run.";
}
