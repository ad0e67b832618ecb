import { Popover } from "@base-ui/react/popover";
import type { MediaPeer } from "@greenroom/shared/protocol/media.ts";
import type { ReactElement, ReactNode } from "react";
import { personClass } from "../presence/person.ts";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import { useStore } from "../room/store.ts";
import { Button, type ButtonProps } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { sends } from "./call-people.ts";
import type { Call } from "./call.ts";
import { trackKey } from "./track-key.ts";
import { OwnQualityMark, QualityMark } from "./quality-mark.tsx";
import { TilePicture } from "./tile-picture.tsx";
import { SeenPicture } from "./track-picture.tsx";
import "./call-tile.css";

export interface TileContext {
  readonly call: Call;
  readonly room: Room;
  readonly info: RoomInfo;
  readonly onRemove: (participantId: string) => void;
}

/** Somebody else in the call: their picture or their initials, and what there is to know of them. */
export function PeerTile({ peer, ...context }: TileContext & { peer: MediaPeer }): ReactElement {
  const { call, room } = context;
  const { participantId } = peer;
  const key = trackKey(participantId, "camera");
  const track = useStore(call.tracks).get(key);
  const isSpeaking = useStore(call.people.speaking).has(participantId);
  const quality = useStore(call.people.qualities).get(participantId);
  const isStarved = useStore(call.people.starved).has(key);
  const hidesPictures = useStore(call.health.pressure).level === 3;
  const name = room.nameOf(participantId);
  const hasCamera = sends(peer, "camera");
  const why = hidesPictures ? "Picture paused" : isStarved ? "Too little bandwidth" : undefined;
  return (
    <Tile
      name={name}
      color={colorOf(context.info, participantId)}
      isSpeaking={isSpeaking}
      isMuted={!sends(peer, "microphone")}
      isObserver={peer.role === "observer"}
      isOff={!hasCamera}
      why={hasCamera ? why : undefined}
      marks={<QualityMark name={name} quality={quality} />}
      menu={room.can("mute-others") ? <PeerMenu peer={peer} name={name} {...context} /> : undefined}
    >
      {track && hasCamera && !hidesPictures && (
        <SeenPicture call={call} of={key}>
          <TilePicture track={track} label={`Camera of ${name}`} />
        </SeenPicture>
      )}
    </Tile>
  );
}

/** Oneself, as the others see one, but mirrored. */
export function OwnTile({ call, info }: Pick<TileContext, "call" | "info">): ReactElement {
  const camera = useStore(call.own.local.camera);
  const microphone = useStore(call.own.local.microphone);
  const isMuted = useStore(call.own.isMuted);
  const own = useStore(call.people.ownQuality);
  const isSpeaking = useStore(call.people.speaking).has(info.self.participantId);
  return (
    <Tile
      name={info.self.name}
      isSelf
      color={info.self.color}
      isSpeaking={isSpeaking && !isMuted}
      isMuted={isMuted || microphone.kind !== "on"}
      isObserver={info.self.role === "observer"}
      isOff={camera.kind !== "on"}
      marks={<OwnQualityMark score={own} />}
    >
      {camera.kind === "on" && <TilePicture track={camera.track} label="Your own camera" isMirrored />}
    </Tile>
  );
}

interface TileProps {
  readonly name: string;
  readonly isSelf?: boolean;
  readonly color: number;
  readonly isSpeaking: boolean;
  readonly isMuted: boolean;
  readonly isObserver: boolean;
  readonly isOff: boolean;
  /** There is no picture though one is sent. */
  readonly why?: string | undefined;
  readonly marks: ReactNode;
  readonly menu?: ReactNode;
  readonly children: ReactNode;
}

function Tile({
  name,
  isSelf = false,
  color,
  isSpeaking,
  isMuted,
  isObserver,
  isOff,
  why,
  marks,
  menu,
  children,
}: TileProps): ReactElement {
  return (
    <li className={`tile ${personClass(color)}`} data-speaking={isSpeaking}>
      <span className="tile-initials" aria-hidden="true">
        {initialsOf(name)}
      </span>
      {children}
      {why && <span className="tile-why">{why}</span>}
      <span className="tile-label">
        {isMuted && !isObserver && <Icon name="microphoneOff" />}
        {isObserver && <Icon name="book" />}
        <span className="tile-name">{isSelf ? "You" : name}</span>
        <span className="visually-hidden">
          {isObserver ? ", only watches" : `${isMuted ? ", muted" : ""}${isOff ? ", camera off" : ""}`}
          {isSpeaking && ", speaking"}
        </span>
        {marks}
      </span>
      {menu}
    </li>
  );
}

/** What an interviewer can do about somebody. [V8] */
function PeerMenu({ peer, name, call, room, onRemove }: TileContext & { peer: MediaPeer; name: string }): ReactElement {
  const { participantId } = peer;
  const mute = (source: "microphone" | "camera" | "screen") => void call.muteOther(participantId, source);
  return (
    <Popover.Root>
      <Popover.Trigger className="btn is-icon tile-menu" aria-label={`What can be done about ${name}`}>
        <Icon name="more" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="popover-place" sideOffset={4} align="end" collisionPadding={12}>
          <Popover.Popup className="popover peer-card">
            <Popover.Title render={<h2>{name}</h2>} />
            <Act disabled={!sends(peer, "microphone")} onClick={() => mute("microphone")}>
              Mute {name}
            </Act>
            <Act disabled={!sends(peer, "camera")} onClick={() => mute("camera")}>
              Turn their camera off
            </Act>
            <Act disabled={!sends(peer, "screen")} onClick={() => mute("screen")}>
              End the sharing of their screen
            </Act>
            {room.can("remove-participant") && <Act onClick={() => onRemove(participantId)}>Remove from the room…</Act>}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Act(props: ButtonProps): ReactElement {
  return <Popover.Close render={<Button {...props} />} />;
}

function colorOf(info: RoomInfo, participantId: string): number {
  return info.participants.find((person) => person.participantId === participantId)?.color ?? 0;
}

/** Of the first word and the last. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}
