import { can } from "@greenroom/shared/roles.ts";
import { useState, type ReactElement } from "react";
import type { RoomInfo } from "../room/room-info.ts";
import { useStore } from "../room/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import type { Call } from "./call.ts";
import { Lobby } from "./lobby.tsx";

/** The way into the call; there, the call's own controls are the way out. */
export function CallButton({ call, info }: { call: Call; info: RoomInfo }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const { kind } = useStore(call.phase);
  const isOut = kind === "out" || kind === "stopped";
  const open = () => {
    // What stopped the call is looked into anew.
    call.leave();
    setOpen(true);
  };
  return (
    <>
      {isOut && (
        <Button className="call-join" onClick={open}>
          <Icon name="camera" /> Join call
        </Button>
      )}
      <Lobby call={call} maySend={can(info.self.role, "send-media")} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
