import { Popover } from "@base-ui/react/popover";
import type { ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import type { Call } from "./call.ts";
import { DeviceFields } from "./device-fields.tsx";
import { canShareScreen } from "./local-screen.ts";
import type { LocalKind, LocalTrack } from "./local-tracks.ts";
import type { OwnMedia } from "./own-media.ts";
import { pathText } from "./path.ts";
import "./call-controls.css";

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
      {maySend && <DeviceButtons own={call.own} />}
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

const deviceIcons = {
  microphone: { on: "microphone", off: "microphoneOff" },
  camera: { on: "camera", off: "cameraOff" },
} as const;

interface DeviceButtonProps {
  readonly kind: LocalKind;
  readonly label: string;
  readonly state: LocalTrack;
  readonly isMuted?: boolean;
  readonly turnOn: string;
  readonly turnOff: string;
  readonly onChange: (isOn: boolean) => void;
}

function DeviceButton(props: DeviceButtonProps): ReactElement {
  const { kind, label, state, isMuted = false, turnOn, turnOff, onChange } = props;
  const isOn = state.kind === "on" && !isMuted;
  return (
    <Control
      icon={deviceIcons[kind][isOn ? "on" : "off"]}
      label={label}
      title={isOn ? turnOff : turnOn}
      isPressed={isOn}
      isWarning={state.kind === "fault"}
      onClick={() => onChange(!isOn)}
    />
  );
}

function DeviceButtons({ own }: { own: OwnMedia }): ReactElement {
  return (
    <>
      <DeviceButton
        kind="microphone"
        label="Microphone"
        state={useStore(own.local.microphone)}
        isMuted={useStore(own.isMuted)}
        turnOn="Unmute; or hold the space bar while you speak, outside of the editor"
        turnOff="Mute"
        onChange={(isOn) => own.setMicrophone(isOn)}
      />
      <DeviceButton
        kind="camera"
        label="Camera"
        state={useStore(own.local.camera)}
        turnOn="Turn the camera on"
        turnOff="Turn the camera off"
        onChange={(isOn) => own.setCamera(isOn)}
      />
    </>
  );
}

function ScreenButton({ call }: { call: Call }): ReactElement {
  const isShared = useStore(call.own.screen.shared) !== undefined;
  return (
    <Control
      icon="screen"
      label="Share the screen"
      title={isShared ? "Stop sharing the screen" : "Share the screen"}
      isPressed={isShared}
      onClick={() => (isShared ? call.own.screen.stop() : void call.own.screen.start(call.choices.get().picture))}
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
  const path = useStore(call.health.path);
  return <p className="call-path">{path ? pathText(path) : "The way that the call takes is not known yet."}</p>;
}
