import type { ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import type { Call } from "./call.ts";
import type { Picture } from "./layers.ts";
import { playTestSound } from "./test-sound.ts";

const pictureText: Record<Picture, string> = {
  high: "High: up to 720 lines",
  standard: "Standard: 360 lines",
  low: "Low: 180 lines, for slow networks and machines",
};

/** Which microphone, camera and speaker; in the lobby, and changed in the call as well. */
export function DeviceFields({ call, maySend }: { call: Call; maySend: boolean }): ReactElement {
  const { microphones, cameras, speakers } = useStore(call.local.devices);
  const choices = useStore(call.choices);
  return (
    <div className="device-fields">
      {maySend && (
        <DeviceField
          label="Microphone"
          devices={microphones}
          value={choices.microphoneId}
          onChange={(id) => void call.local.choose("microphone", id)}
        />
      )}
      {maySend && (
        <DeviceField
          label="Camera"
          devices={cameras}
          value={choices.cameraId}
          onChange={(id) => void call.local.choose("camera", id)}
        />
      )}
      <div className="speaker-field">
        {speakers.length > 0 && (
          <DeviceField
            label="Speaker"
            devices={speakers}
            value={choices.speakerId}
            onChange={(speakerId) => call.choices.change({ speakerId })}
          />
        )}
        <Button onClick={() => void playTestSound(choices.speakerId).catch(() => {})}>
          <Icon name="speaker" /> Test the speaker
        </Button>
      </div>
      {maySend && (
        <SelectField
          label="Your picture"
          value={choices.picture}
          // The options are the keys.
          onChange={({ target }) => void changePicture(call, target.value as Picture)}
        >
          {Object.entries(pictureText).map(([picture, text]) => (
            <option key={picture} value={picture}>
              {text}
            </option>
          ))}
        </SelectField>
      )}
    </div>
  );
}

async function changePicture(call: Call, picture: Picture): Promise<void> {
  call.choices.change({ picture });
  if (call.local.camera.get().kind === "on") await call.local.turnOn("camera");
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
