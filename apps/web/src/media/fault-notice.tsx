import type { ReactElement, ReactNode } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import type { Call } from "./call.ts";
import type { LocalKind } from "./local-tracks.ts";
import { deviceFaultText, type DeviceFault, type FaultText } from "./media-faults.ts";

/** What is wrong, what can be done about it, and the button that does it. */
export function FaultNotice({ text, action }: { text: FaultText; action?: ReactNode }): ReactElement {
  return (
    <Notice tone="warning" action={action}>
      <strong>{text.what}</strong> {text.remedy}
    </Notice>
  );
}

/** What is wrong with a page, or with what a person allows it, is wrong with both devices. */
const ofBoth: ReadonlySet<DeviceFault> = new Set(["insecure", "unsupported", "denied", "denied-by-system"]);
/** Trying again changes nothing. */
const ofPage: ReadonlySet<DeviceFault> = new Set(["insecure", "unsupported"]);

export interface DeviceFaultsProps {
  readonly call: Call;
  /** In the call: to hear no more of it. */
  readonly onWithout?: (kind: LocalKind) => void;
}

/** What is wrong with one's own microphone and camera, with the ways on that there are. */
export function DeviceFaults({ call, onWithout }: DeviceFaultsProps): ReactElement {
  const microphone = useStore(call.own.local.microphone);
  const camera = useStore(call.own.local.camera);
  const heard = microphone.kind === "fault" ? microphone.fault : undefined;
  const seen = camera.kind === "fault" ? camera.fault : undefined;
  if (heard && heard === seen && ofBoth.has(heard)) {
    return <DeviceFaultNotice {...{ call, onWithout }} kinds={["microphone", "camera"]} fault={heard} />;
  }
  return (
    <>
      {heard && <DeviceFaultNotice {...{ call, onWithout }} kinds={["microphone"]} fault={heard} />}
      {seen && <DeviceFaultNotice {...{ call, onWithout }} kinds={["camera"]} fault={seen} />}
    </>
  );
}

interface DeviceFaultNoticeProps {
  readonly call: Call;
  readonly kinds: readonly LocalKind[];
  readonly fault: DeviceFault;
  readonly onWithout: ((kind: LocalKind) => void) | undefined;
}

function DeviceFaultNotice({ call, kinds, fault, onWithout }: DeviceFaultNoticeProps): ReactElement {
  const retry = () => {
    for (const kind of kinds) void call.own.local.turnOn(kind);
  };
  return (
    <FaultNotice
      text={deviceFaultText(fault, kinds)}
      action={
        <div className="call-ways">
          {!ofPage.has(fault) && (
            <Button look="small" onClick={retry}>
              Try again
            </Button>
          )}
          {onWithout && (
            <Button look="small" onClick={() => kinds.forEach(onWithout)}>
              Go on without
            </Button>
          )}
        </div>
      }
    />
  );
}
