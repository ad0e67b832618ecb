import { Popover } from "@base-ui/react/popover";
import type { ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import type { Call } from "./call.ts";
import { DeviceFields } from "./device-fields.tsx";
import { canShareScreen } from "./local-screen.ts";
import { pathText } from "./path.ts";

export interface ControlsProps {
  readonly call: Call;
  readonly maySend: boolean;
  readonly onFloat: (() => void) | undefined;
}

/** What one can do in the call. */
export function CallControls({ call, maySend, onFloat }: ControlsProps): ReactElement {
  const { layout } = useStore(call.choices);
  const isGrid = layout === "grid";
  return (
    <fieldset className="call-controls" aria-label="Call controls">
      {maySend && <MicrophoneButton call={call} />}
      {maySend && <CameraButton call={call} />}
      {maySend && canShareScreen() && <ScreenButton call={call} />}
      <Button look="danger icon" aria-label="Hang up" title="Hang up" onClick={() => call.leave()}>
        <Icon name="hangUp" />
      </Button>
      <Control
        icon={isGrid ? "strip" : "grid"}
        label="Grid"
        title={isGrid ? "People small, beside the editor" : "People large"}
        isPressed={isGrid}
        onClick={() => call.choices.change({ layout: isGrid ? "strip" : "grid" })}
      />
      {onFloat && <Control icon="float" label="Picture in picture" onClick={onFloat} />}
      <CallSettings call={call} maySend={maySend} />
    </fieldset>
  );
}

function MicrophoneButton({ call }: { call: Call }): ReactElement {
  const isMuted = useStore(call.isMuted);
  const { kind } = useStore(call.local.microphone);
  const isOn = !isMuted && kind === "on";
  return (
    <Control
      icon={isOn ? "microphone" : "microphoneOff"}
      label="Microphone"
      title={isOn ? "Mute" : "Unmute; or hold the space bar while you speak, outside of the editor"}
      isPressed={isOn}
      isWarning={kind === "fault"}
      onClick={() => call.setMicrophone(!isOn)}
    />
  );
}

function CameraButton({ call }: { call: Call }): ReactElement {
  const { kind } = useStore(call.local.camera);
  const isOn = kind === "on";
  return (
    <Control
      icon={isOn ? "camera" : "cameraOff"}
      label="Camera"
      title={isOn ? "Turn the camera off" : "Turn the camera on"}
      isPressed={isOn}
      isWarning={kind === "fault"}
      onClick={() => call.setCamera(!isOn)}
    />
  );
}

function ScreenButton({ call }: { call: Call }): ReactElement {
  const isShared = useStore(call.screen.shared) !== undefined;
  return (
    <Control
      icon="screen"
      label="Share the screen"
      title={isShared ? "Stop sharing the screen" : "Share the screen"}
      isPressed={isShared}
      onClick={() => (isShared ? call.screen.stop() : void call.screen.start(call.choices.get().picture))}
    />
  );
}

interface ControlProps {
  readonly icon: IconName;
  /** The same whether it is on or off: `isPressed` says that. */
  readonly label: string;
  readonly title?: string;
  readonly isPressed?: boolean;
  readonly isWarning?: boolean;
  readonly onClick: () => void;
}

function Control({ icon, label, title = label, isPressed, isWarning = false, onClick }: ControlProps): ReactElement {
  return (
    <Button
      look="icon"
      className={isWarning ? "call-control is-warning" : "call-control"}
      aria-label={isWarning ? `${label}, not working` : label}
      aria-pressed={isPressed}
      title={title}
      onClick={onClick}
    >
      <Icon name={icon} />
    </Button>
  );
}

/** Devices, the way that the call takes, and the keys. */
function CallSettings({ call, maySend }: { call: Call; maySend: boolean }): ReactElement {
  return (
    <Popover.Root>
      <Popover.Trigger className="btn is-icon call-control" aria-label="Devices and path" title="Devices and path">
        <Icon name="sliders" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="popover-place" sideOffset={8} collisionPadding={12}>
          <Popover.Popup className="popover call-settings">
            <Popover.Title render={<h2>Devices and path</h2>} />
            <DeviceFields call={call} maySend={maySend} />
            <Path call={call} />
            {maySend && (
              <p className="muted">
                While you are muted: hold <kbd>Space</kbd> to speak, wherever it would not write or press something.
              </p>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Path({ call }: { call: Call }): ReactElement {
  const path = useStore(call.path);
  return <p className="call-path">{path ? pathText(path) : "The way that the call takes is not known yet."}</p>;
}
