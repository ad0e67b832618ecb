import type { ReactElement, ReactNode } from "react";
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

/** Nothing about one device, and nothing that trying again could change. */
export const isOfPage = (fault: DeviceFault): boolean => fault === "insecure" || fault === "unsupported";

/** With the way on that there is. */
export function DeviceFaultNotice(props: {
  readonly call: Call;
  readonly kind: LocalKind;
  readonly fault: DeviceFault;
  /** In the call: to hear no more of it. */
  readonly onWithout?: () => void;
}): ReactElement {
  const { call, kind, fault, onWithout } = props;
  return (
    <FaultNotice
      text={deviceFaultText(fault, kind)}
      action={
        <div className="call-ways">
          {!isOfPage(fault) && (
            <Button look="small" onClick={() => void call.own.local.turnOn(kind)}>
              Try again
            </Button>
          )}
          {onWithout && (
            <Button look="small" onClick={onWithout}>
              Go on without
            </Button>
          )}
        </div>
      }
    />
  );
}
