import type { ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import type { Call } from "./call.ts";
import type { Picture } from "./layers.ts";
import type { LocalTrack } from "./local-tracks.ts";
import { playTestSound } from "./test-sound.ts";

const pictureText: Record<Picture, string> = {
  high: "High: up to 720 lines",
  standard: "Standard: 360 lines",
  low: "Low: 180 lines, for slow networks and machines",
};

/** Which microphone, camera and speaker; in the lobby, and changed in the call as well. */
export function DeviceFields({ call, maySend }: { call: Call; maySend: boolean }): ReactElement {
  const { microphones, cameras } = useStore(call.own.local.devices);
  const microphone = useStore(call.own.local.microphone);
  const camera = useStore(call.own.local.camera);
  const { microphoneId, cameraId } = useStore(call.choices);
  return (
    <div className="device-fields">
      {maySend && (
        <DeviceField
          label="Microphone"
          devices={microphones}
          value={inUse(microphone) ?? microphoneId}
          onChange={(id) => void call.own.local.choose("microphone", id)}
        />
      )}
      {maySend && (
        <DeviceField
          label="Camera"
          devices={cameras}
          value={inUse(camera) ?? cameraId}
          onChange={(id) => void call.own.local.choose("camera", id)}
        />
      )}
      <SpeakerField call={call} />
      {maySend && <PictureField call={call} />}
    </div>
  );
}

/** Not always the one that was chosen: that may be gone. */
const inUse = (state: LocalTrack): string | undefined =>
  state.kind === "on" ? state.track.getSettings().deviceId : undefined;

function SpeakerField({ call }: { call: Call }): ReactElement {
  const { speakers } = useStore(call.own.local.devices);
  const { speakerId } = useStore(call.choices);
  return (
    <div className="speaker-field">
      {speakers.length > 0 && (
        <DeviceField
          label="Speaker"
          devices={speakers}
          value={speakerId}
          onChange={(chosen) => call.choices.change({ speakerId: chosen })}
        />
      )}
      <Button onClick={() => void playTestSound(speakerId).catch(() => {})}>
        <Icon name="speaker" /> Test the speaker
      </Button>
    </div>
  );
}

function PictureField({ call }: { call: Call }): ReactElement {
  const { picture } = useStore(call.choices);
  return (
    <SelectField
      label="Your picture"
      value={picture}
      // The options are the keys.
      onChange={({ target }) => void changePicture(call, target.value as Picture)}
    >
      {Object.entries(pictureText).map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}

async function changePicture(call: Call, picture: Picture): Promise<void> {
  call.choices.change({ picture });
  if (call.own.local.camera.get().kind === "on") await call.own.local.turnOn("camera");
}

interface DeviceFieldProps {
  readonly label: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly value: string | undefined;
  readonly onChange: (deviceId: string) => void;
}

function DeviceField({ label, devices, value, onChange }: DeviceFieldProps): ReactElement {
  const isThere = devices.some(({ deviceId }) => deviceId === value);
  return (
    <SelectField
      label={label}
      value={isThere ? value : (devices[0]?.deviceId ?? "")}
      disabled={devices.length === 0}
      onChange={({ target }) => onChange(target.value)}
    >
      {devices.length === 0 && <option value="">None found, or not allowed yet</option>}
      {devices.map(({ deviceId, label: name }, index) => (
        <option key={deviceId} value={deviceId}>
          {name || `${label} ${index + 1}`}
        </option>
      ))}
    </SelectField>
  );
}
