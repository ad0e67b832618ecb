import { useEffect, useRef, type ReactElement, type ReactNode } from "react";
import type { Call } from "./call.ts";
import type { TrackKey } from "./track-key.ts";

export interface TrackPictureProps {
  readonly track: MediaStreamTrack;
  readonly label: string;
  /** One's own face, as in a mirror. */
  readonly isMirrored?: boolean;
}

/** A track as it comes, without sound. */
export function TrackPicture({ track, label, isMirrored = false }: TrackPictureProps): ReactElement {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    // Without sound it may always play; where it is taken away meanwhile nobody waits for it.
    void element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={video}
      className={isMirrored ? "picture is-mirrored" : "picture"}
      aria-label={label}
      muted
      playsInline
      autoPlay
    />
  );
}

export interface SeenPictureProps {
  readonly call: Call;
  readonly of: TrackKey;
  /** The picture itself. */
  readonly children: ReactNode;
}

/** Somebody else's: how large it is seen is told, so that no more of it comes. [V6] */
export function SeenPicture({ call, of, children }: SeenPictureProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const place = {};
    let isSeen = true;
    const tell = () => {
      const { height } = element.getBoundingClientRect();
      call.pictures.show(of, place, isSeen && height > 0 ? { height } : undefined);
    };
    const sizes = new ResizeObserver(tell);
    const sights = new IntersectionObserver(([entry]) => {
      isSeen = entry?.isIntersecting ?? true;
      tell();
    });
    sizes.observe(element);
    sights.observe(element);
    return () => {
      sizes.disconnect();
      sights.disconnect();
      call.pictures.show(of, place, undefined);
    };
  }, [call, of]);
  return (
    <div ref={box} className="picture-box">
      {children}
    </div>
  );
}
