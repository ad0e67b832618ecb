import { useRef, type ReactElement } from "react";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Spinner } from "../ui/notice.tsx";
import type { Call } from "./call.ts";
import { trackKey } from "./track-key.ts";
import { SeenPicture, TrackPicture } from "./track-picture.tsx";
import "./call-stage.css";

export interface StageProps {
  readonly call: Call;
  readonly participantId: string;
  readonly name: string;
  readonly onLeave: () => void;
}

/** Somebody's screen, as large as there is room for. */
export function CallStage({ call, participantId, name, onLeave }: StageProps): ReactElement {
  const key = trackKey(participantId, "screen");
  const track = useStore(call.tracks).get(key);
  const stage = useRef<HTMLElement>(null);
  return (
    <section ref={stage} className="call-stage" aria-label={`Screen of ${name}`}>
      <div className="stage-bar">
        <p>Screen of {name}</p>
        {document.fullscreenEnabled && (
          <Button
            look="quiet icon"
            aria-label="Full screen"
            title="Full screen"
            onClick={() => void toggleFull(stage.current)}
          >
            <Icon name="enlarge" />
          </Button>
        )}
        <Button look="quiet icon" aria-label="Leave the stage" title="Leave the stage" onClick={onLeave}>
          <Icon name="close" />
        </Button>
      </div>
      {track ? (
        <SeenPicture call={call} of={key}>
          <TrackPicture track={track} label={`Screen of ${name}`} />
        </SeenPicture>
      ) : (
        <div className="stage-waiting">
          <Spinner label="The screen is on its way…" />
        </div>
      )}
    </section>
  );
}

async function toggleFull(element: HTMLElement | null): Promise<void> {
  // Refused, it stays as large as it is.
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => {});
  else await element?.requestFullscreen().catch(() => {});
}
