import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";
import { canPaint, paintTrack } from "./paint-track.ts";
import { TrackPicture, type TrackPictureProps } from "./track-picture.tsx";

/**
 * A picture among others, painted where that can be. Chromium draws a whole page at the rate of its videos as soon as two
 * of them play in it and nobody types in it: on a screen of 60 Hz what others type is seen up to 33 ms later, and on
 * faster ones at 12 Hz. What is painted is no video to it.
 */
export function TilePicture(picture: TrackPictureProps): ReactElement {
  const [isPainted, setPainted] = useState(canPaint);
  const fail = useCallback(() => setPainted(false), []);
  return isPainted ? <PaintedPicture {...picture} onFailed={fail} /> : <TrackPicture {...picture} />;
}

interface PaintedPictureProps extends TrackPictureProps {
  readonly onFailed: () => void;
}

function PaintedPicture({ track, label, isMirrored = false, onFailed }: PaintedPictureProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A canvas is given away once, and another track needs another.
    const canvas = document.createElement("canvas");
    canvas.className = isMirrored ? "picture is-mirrored" : "picture";
    canvas.role = "img";
    canvas.ariaLabel = label;
    box.current?.append(canvas);
    const stop = paintTrack(track, canvas, onFailed);
    return () => {
      stop();
      canvas.remove();
    };
  }, [track, label, isMirrored, onFailed]);
  return <div ref={box} className="picture-box" />;
}
