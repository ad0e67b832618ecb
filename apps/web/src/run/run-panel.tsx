import { getLanguage } from "@greenroom/shared/languages.ts";
import { maxStdinBytes } from "@greenroom/shared/jobs/program.ts";
import { useId, type ReactElement } from "react";
import type { Room, RoomInfo } from "../room/room.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { keys } from "../ui/keys.ts";
import { OutputView } from "./output-view.tsx";
import { ResultLine } from "./result-line.tsx";
import { runObstacle } from "./run-obstacle.ts";
import type { RunView } from "./run-store.ts";
import "./run-panel.css";

export interface RunPanelProps {
  readonly room: Room;
  readonly info: RoomInfo;
  readonly stdin: string;
  readonly onStdin: (stdin: string) => void;
  readonly onRun: () => void;
}

/** Run and Stop, the program's input, and its output for everybody. */
export function RunPanel({ room, info, stdin, onStdin, onRun }: RunPanelProps): ReactElement {
  const view = useStore(room.runs.view);
  const isLive = info.session.phase === "live";
  const obstacle = isLive ? runObstacle(info.runs, info.session.language) : undefined;
  const isActive = view.request !== undefined || (view.summary !== undefined && view.summary.state !== "ended");
  const mayRun = room.can("run");
  return (
    <div className="run-panel">
      <div className="run-bar">
        <h2>Output</h2>
        <p className="run-state">{stateText(view)}</p>
        {mayRun && (
          <RunButtons
            isActive={isActive}
            isBlocked={obstacle !== undefined}
            onRun={onRun}
            onStop={() => room.stopRun()}
          />
        )}
      </div>
      {obstacle && (
        <p className="run-obstacle" role="note">
          <Icon name="warning" />
          {obstacle}
        </p>
      )}
      <section className="run-output" aria-label="Output">
        <OutputView output={view.output} fullText={() => room.runs.outputText} empty={emptyText(view, info, mayRun)} />
        <ResultLine view={view} room={room} />
      </section>
      {mayRun && <ProgramInput value={stdin} onChange={onStdin} />}
    </div>
  );
}

interface RunButtonsProps {
  readonly isActive: boolean;
  readonly isBlocked: boolean;
  readonly onRun: () => void;
  readonly onStop: () => void;
}

/** Both are always there, so that neither goes away under the pointer or the keyboard when a run begins or ends. */
function RunButtons({ isActive, isBlocked, onRun, onStop }: RunButtonsProps): ReactElement {
  return (
    <>
      <Button look="small" onClick={onStop} disabled={!isActive}>
        <Icon name="stop" />
        Stop
      </Button>
      <Button
        look="small primary"
        onClick={onRun}
        disabled={isActive || isBlocked}
        title={`Run for everybody (${keys.run.join("+")})`}
        aria-keyshortcuts="Control+Enter Meta+Enter"
      >
        <Icon name="play" />
        Run
      </Button>
    </>
  );
}

function ProgramInput({ value, onChange }: { value: string; onChange: (value: string) => void }): ReactElement {
  const id = useId();
  return (
    <div className="program-input">
      <label htmlFor={id}>Program input</label>
      <textarea
        id={id}
        rows={3}
        maxLength={maxStdinBytes}
        spellCheck={false}
        value={value}
        placeholder="What the program reads from standard input"
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}

function stateText({ request, summary }: RunView): string {
  if (request === "saving") return "Saving your changes first…";
  if (request === "sent") return "Starting…";
  if (summary?.state === "queued") return "Waiting for a free sandbox…";
  return summary?.state === "running" ? "Running…" : "";
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
