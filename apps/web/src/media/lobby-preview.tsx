import { useRef, type ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Icon } from "../ui/icon.tsx";
import type { Call } from "./call.ts";
import { TrackPicture } from "./track-picture.tsx";
import { useMeter } from "./use-meter.ts";

/** How one will be seen and heard. */
export function LobbyPreview({ call }: { call: Call }): ReactElement {
  const camera = useStore(call.own.local.camera);
  return (
    <div className="lobby-preview">
      <div className="lobby-picture">
        {camera.kind === "on" ? (
          <TrackPicture track={camera.track} label="Your own camera" isMirrored />
        ) : (
          <p>{camera.kind === "asking" ? "Waiting for the camera. The browser may ask you." : "No picture"}</p>
        )}
      </div>
      <Meter call={call} />
    </div>
  );
}

function Meter({ call }: { call: Call }): ReactElement {
  const microphone = useStore(call.own.local.microphone);
  const meter = useRef<HTMLMeterElement>(null);
  useMeter(microphone.kind === "on" ? microphone.track : undefined, meter);
  return (
    <div className="meter-row">
      <Icon name={microphone.kind === "on" ? "microphone" : "microphoneOff"} />
      {microphone.kind === "on" ? (
        <meter ref={meter} className="meter" aria-label="Level of your microphone" value={0} />
      ) : (
        <span>{microphone.kind === "asking" ? "Waiting for the microphone…" : "No sound"}</span>
      )}
    </div>
  );
}
