import type { ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import type { Call, CallPhase } from "./call.ts";
import { DeviceFaults, FaultNotice } from "./fault-notice.tsx";
import { callFaultText, turnedOffText } from "./media-faults.ts";

/** What is not as it should be in the call, each with a way on. */
export function CallNotices({ call, maySend }: { call: Call; maySend: boolean }): ReactElement {
  return (
    <div className="call-notices">
      <PhaseNotice call={call} />
      <SoundNotice call={call} />
      {maySend && <DeviceFaults call={call} onWithout={(kind) => call.own.goOnWithout(kind)} />}
      {maySend && <TurnedOffNotice call={call} />}
      <PressureNotice call={call} />
      <OwnScreenNotice call={call} />
    </div>
  );
}

function PhaseNotice({ call }: { call: Call }): ReactElement | null {
  const phase = useStore(call.phase);
  switch (phase.kind) {
    case "out":
    case "in":
      return null;
    case "joining":
    case "rejoining":
      if (phase.trouble)
        return <FaultNotice text={callFaultText(phase.trouble, { wasThere: phase.kind === "rejoining" })} />;
      return (
        <p className="call-waiting">
          <Spinner label={waitingText(phase)} />
        </p>
      );
    case "stopped":
      return (
        <FaultNotice
          text={callFaultText(phase.fault, phase)}
          action={
            <div className="call-ways">
              {!isForGood.has(phase.fault) && (
                <Button look="small primary" onClick={() => call.join()}>
                  {phase.fault === "replaced" ? "Take it here" : "Try again"}
                </Button>
              )}
              <Button look="small" onClick={() => call.leave()}>
                Close
              </Button>
            </div>
          }
        />
      );
  }
}

function waitingText(phase: CallPhase & { kind: "joining" | "rejoining" }): string {
  if (phase.kind === "joining") return "Joining the call…";
  return phase.wasAsleep ? "This tab was asleep, and the call with it. Coming back…" : "Reconnecting to the call…";
}

const isForGood: ReadonlySet<string> = new Set(["removed", "ended", "unsupported"]);

function SoundNotice({ call }: { call: Call }): ReactElement | null {
  if (!useStore(call.sounds.isBlocked)) return null;
  return (
    <Notice
      tone="warning"
      action={
        <Button look="small primary" onClick={() => call.sounds.unblock()}>
          Let me hear
        </Button>
      }
    >
      <strong>You hear nothing yet.</strong> The browser plays no sound before you have pressed something on this page.
    </Notice>
  );
}

/** By an interviewer. [V8] */
function TurnedOffNotice({ call }: { call: Call }): ReactElement | null {
  const turnedOff = useStore(call.own.turnedOff);
  if (!turnedOff) return null;
  return (
    <Notice
      tone="warning"
      action={
        <Button look="small" onClick={() => call.own.knowsTurnedOff()}>
          All right
        </Button>
      }
    >
      {turnedOffText(call.people.nameOf(turnedOff.by), turnedOff.source)}
    </Notice>
  );
}

function PressureNotice({ call }: { call: Call }): ReactElement | null {
  if (useStore(call.health.pressure).level < 3) return null;
  return (
    <Notice
      isSilent
      action={
        <Button look="small" onClick={() => call.health.showAnyway()}>
          Show them
        </Button>
      }
    >
      Pictures are paused because this machine did not keep up with the editor. You still hear everybody.
    </Notice>
  );
}

function OwnScreenNotice({ call }: { call: Call }): ReactElement | null {
  const shared = useStore(call.own.screen.shared);
  if (!shared) return null;
  return (
    <Notice
      action={
        <Button look="small primary" onClick={() => call.own.screen.stop()}>
          Stop
        </Button>
      }
    >
      Everybody in the call sees your screen{shared.sound ? " and hears its sound" : ""}.
    </Notice>
  );
}
