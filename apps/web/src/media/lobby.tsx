import { Dialog } from "@base-ui/react/dialog";
import { useEffect, type ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice, Spinner } from "../ui/notice.tsx";
import type { Call } from "./call.ts";
import { DeviceFields } from "./device-fields.tsx";
import { DeviceFaults, FaultNotice } from "./fault-notice.tsx";
import { LobbyPreview } from "./lobby-preview.tsx";
import type { LocalTrack } from "./local-tracks.ts";
import { callFaultText, deviceFaultText, lacksDevices } from "./media-faults.ts";
import type { PathFinding } from "./path-trial.ts";
import { pathText } from "./path.ts";
import "./lobby.css";

export interface LobbyProps {
  readonly call: Call;
  /** Observers watch and listen. */
  readonly maySend: boolean;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Before the call: what works and what does not, seen by nobody else. */
export function Lobby({ call, maySend, isOpen, onClose }: LobbyProps): ReactElement {
  const cancel = () => {
    call.stopTrying();
    onClose();
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={(opens) => !opens && cancel()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog is-wide lobby">
          <div className="lobby-head">
            <Dialog.Title render={<h2>Join the call</h2>} />
            <Dialog.Close className="btn is-quiet is-icon" aria-label="Close">
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <Inside call={call} maySend={maySend} onJoin={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Inside({ call, maySend, onJoin }: { call: Call; maySend: boolean; onJoin: () => void }): ReactElement {
  // Of what the page or the browser lacks nobody has to choose, or to try anything.
  const lacking = maySend ? lacksDevices() : undefined;
  const canSend = maySend && !lacking;
  useEffect(() => {
    call.tryPath();
    if (!canSend) return;
    const { hasCamera, hasMicrophone } = call.choices.get();
    if (hasMicrophone) void call.own.local.turnOn("microphone");
    if (hasCamera) void call.own.local.turnOn("camera");
  }, [call, canSend]);
  return (
    <>
      <Dialog.Description className="muted">
        {canSend ? "Nobody sees or hears you yet." : "You watch and listen; nobody sees or hears you."}
      </Dialog.Description>
      {lacking && <FaultNotice text={deviceFaultText(lacking, ["microphone", "camera"])} />}
      {canSend && <DeviceFaults call={call} />}
      <div className={canSend ? "lobby-body" : "lobby-body is-narrow"}>
        {canSend && <LobbyPreview call={call} />}
        <DeviceFields call={call} maySend={canSend} />
      </div>
      <Path call={call} />
      <JoinButtons {...{ call, maySend, canSend, onJoin }} />
    </>
  );
}

function Path({ call }: { call: Call }): ReactElement | null {
  const trial = useStore(call.trial);
  return (
    <div className="lobby-path" aria-live="polite">
      <PathText trial={trial} onTry={() => call.tryPath()} />
    </div>
  );
}

function PathText({ trial, onTry }: { trial: PathFinding; onTry: () => void }): ReactElement | null {
  switch (trial.kind) {
    case "none":
      return null;
    case "trying":
      return <Spinner label="Trying the way to the server…" />;
    case "found":
      return (
        <p className="lobby-found">
          <Icon name="check" /> {pathText(trial.path)}
        </p>
      );
    case "fault":
      return (
        <Notice
          tone="warning"
          isSilent
          action={
            trial.fault !== "unsupported" && (
              <Button look="small" onClick={onTry}>
                Try again
              </Button>
            )
          }
        >
          <strong>{callFaultText(trial.fault, trial).what}</strong> {callFaultText(trial.fault, trial).remedy}
        </Notice>
      );
  }
}

interface JoinButtonsProps {
  readonly call: Call;
  readonly maySend: boolean;
  /** They may, and their browser can. */
  readonly canSend: boolean;
  readonly onJoin: () => void;
}

function JoinButtons({ call, maySend, canSend, onJoin }: JoinButtonsProps): ReactElement {
  const microphone = useStore(call.own.local.microphone);
  const camera = useStore(call.own.local.camera);
  const join = (own: { camera: boolean; microphone: boolean }) => {
    if (maySend) use(call, own);
    call.join();
    onJoin();
  };
  if (!canSend) {
    return (
      <div className="form-actions">
        <Button look="primary" onClick={() => join({ camera: false, microphone: false })}>
          Join and watch
        </Button>
      </div>
    );
  }
  const best = isUsable(camera) ? "camera" : isUsable(microphone) ? "microphone" : "neither";
  return (
    <div className="form-actions">
      <Button look={best === "neither" ? "primary" : ""} onClick={() => join({ camera: false, microphone: false })}>
        Join without
      </Button>
      <Button
        look={best === "microphone" ? "primary" : ""}
        disabled={!isUsable(microphone)}
        onClick={() => join({ camera: false, microphone: true })}
      >
        With microphone only
      </Button>
      <Button
        look={best === "camera" ? "primary" : ""}
        disabled={!isUsable(camera)}
        onClick={() => join({ camera: true, microphone: true })}
      >
        Join with camera
      </Button>
    </div>
  );
}

const isUsable = ({ kind }: LocalTrack): boolean => kind !== "fault";

function use(call: Call, own: { camera: boolean; microphone: boolean }): void {
  call.own.setMicrophone(own.microphone && call.own.local.microphone.get().kind !== "fault");
  if (!own.microphone) call.own.local.turnOff("microphone");
  call.own.setCamera(own.camera);
}
