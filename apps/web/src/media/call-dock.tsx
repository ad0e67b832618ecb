import type { MediaPeer } from "@greenroom/shared/protocol/media.ts";
import { can } from "@greenroom/shared/roles.ts";
import { useState, type ReactElement } from "react";
import { createPortal } from "react-dom";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { CallControls } from "./call-controls.tsx";
import { CallNotices } from "./call-notices.tsx";
import { sends } from "./call-people.ts";
import { CallStage } from "./call-stage.tsx";
import { OwnTile, PeerTile } from "./call-tile.tsx";
import type { Call } from "./call.ts";
import { useFloating } from "./use-floating.ts";
import { usePushToTalk } from "./use-push-to-talk.ts";
import "./call.css";

export interface DockProps {
  readonly call: Call;
  readonly room: Room;
  readonly info: RoomInfo;
}

/** The call beside the editor; nothing as long as one is not in it. */
export function CallDock(props: DockProps): ReactElement {
  const { call } = props;
  const { kind } = useStore(call.phase);
  const said = useStore(call.people.said);
  return (
    <>
      {kind !== "out" && <Dock {...props} />}
      <output className="visually-hidden" aria-label="News of the call">
        {said}
      </output>
    </>
  );
}

function Dock({ call, room, info }: DockProps): ReactElement {
  const [leaving, setLeaving] = useState<string>();
  const peers = useStore(call.people.peers);
  const { layout } = useStore(call.choices);
  const isStopped = useStore(call.phase).kind === "stopped";
  const stage = useStage(peers);
  const floating = useFloating(call);
  const maySend = can(info.self.role, "send-media");
  usePushToTalk(call);
  const tiles = <Tiles {...{ call, room, info, peers, onRemove: setLeaving }} />;
  const shape = isStopped ? "stopped" : stage.shown ? "stage" : layout;
  return (
    <aside className={`call is-${shape}`} aria-label="Call">
      <CallNotices call={call} maySend={maySend} />
      {stage.shown && (
        <CallStage
          key={stage.shown}
          call={call}
          participantId={stage.shown}
          name={room.nameOf(stage.shown)}
          onLeave={stage.leave}
        />
      )}
      {!isStopped && tiles}
      {stage.offered && (
        <Button look="small" className="call-offer" onClick={stage.enter}>
          <Icon name="screen" /> Screen of {room.nameOf(stage.offered)}
        </Button>
      )}
      {!isStopped && <CallControls call={call} maySend={maySend} onFloat={floating.toggle} />}
      {floating.body && createPortal(tiles, floating.body)}
      <ConfirmDialog
        isOpen={leaving !== undefined}
        title={`Remove ${leaving === undefined ? "" : room.nameOf(leaving)}?`}
        confirm="Remove"
        onConfirm={() => {
          if (leaving !== undefined) room.removeParticipant(leaving);
          setLeaving(undefined);
        }}
        onCancel={() => setLeaving(undefined)}
      >
        They leave the room and the call at once and cannot come back by the same link.
      </ConfirmDialog>
    </aside>
  );
}

function Tiles(
  props: DockProps & { readonly peers: readonly MediaPeer[]; readonly onRemove: (participantId: string) => void },
): ReactElement {
  const { peers, call, info } = props;
  return (
    // Many people scroll, by the keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ul className="tiles" aria-label="In the call" tabIndex={0}>
      {peers.map((peer) => (
        <PeerTile key={peer.participantId} {...props} peer={peer} />
      ))}
      <OwnTile call={call} info={info} />
      {peers.length === 0 && <li className="tiles-alone muted">Nobody else is in the call yet.</li>}
    </ul>
  );
}

interface Stage {
  /** Whose screen is shown. */
  readonly shown: string | undefined;
  /** Whose is there to be shown. */
  readonly offered: string | undefined;
  readonly leave: () => void;
  readonly enter: () => void;
}

/** A screen takes the stage by itself; whoever leaves the stage has left it for that screen. */
function useStage(peers: readonly MediaPeer[]): Stage {
  const [left, setLeft] = useState<string>();
  const sharing = peers.findLast((peer) => sends(peer, "screen"));
  const producerId = sharing?.tracks.find(({ source }) => source === "screen")?.producerId;
  const isLeft = producerId !== undefined && producerId === left;
  return {
    shown: isLeft ? undefined : sharing?.participantId,
    offered: isLeft ? sharing?.participantId : undefined,
    leave: () => setLeft(producerId),
    enter: () => setLeft(undefined),
  };
}
