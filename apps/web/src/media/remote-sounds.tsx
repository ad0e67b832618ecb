import { useEffect, useRef, type ReactElement } from "react";
import { useStore } from "../room/store.ts";
import type { Call } from "./call.ts";

/** Everybody else's sound, wherever their picture is. */
export function RemoteSounds({ call }: { call: Call }): ReactElement {
  const tracks = useStore(call.tracks);
  const sounds = [...tracks].filter(([, track]) => track.kind === "audio");
  return (
    <>
      {sounds.map(([key, track]) => (
        <RemoteSound key={`${key} ${track.id}`} call={call} track={track} />
      ))}
    </>
  );
}

function RemoteSound({ call, track }: { call: Call; track: MediaStreamTrack }): ReactElement {
  const audio = useRef<HTMLAudioElement>(null);
  const { speakerId } = useStore(call.choices);
  const isBlocked = useStore(call.isSoundBlocked);
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  useEffect(() => {
    if (isBlocked) return;
    audio.current?.play().catch((error: unknown) => {
      // Anything else is a track that was taken away while it began.
      if (error instanceof DOMException && error.name === "NotAllowedError") call.soundBlocked(true);
    });
  }, [call, isBlocked]);
  useEffect(() => {
    // Where the browser lets no page choose, or the speaker is gone, the system's own is used.
    if (audio.current && "setSinkId" in audio.current) void audio.current.setSinkId(speakerId ?? "").catch(() => {});
  }, [speakerId]);
  // Words that people say in a call have no captions that a page could know.
  // eslint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={audio} />;
}
