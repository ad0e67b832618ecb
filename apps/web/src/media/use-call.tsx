import { can } from "@greenroom/shared/roles.ts";
import { useEffect, useState, type ReactElement } from "react";
import type { AccessSource } from "../api/access.ts";
import type { Room } from "../room/room.ts";
import type { RoomInfo } from "../room/room-info.ts";
import type { CallButton } from "./call-button.tsx";
import type { CallDock } from "./call-dock.tsx";
import type { Call } from "./call.ts";

/** Where the call sits in the room. */
export interface CallPlaces {
  /** In the bar: the way into it. */
  readonly button: ReactElement;
  /** Beside the editor: the call itself. */
  readonly dock: ReactElement;
}

interface Parts {
  readonly call: Call;
  readonly Button: typeof CallButton;
  readonly Dock: typeof CallDock;
}

export interface UseCallOptions {
  readonly room: Room;
  readonly info: RoomInfo;
  readonly sessionId: string;
  readonly access: AccessSource;
}

/** The call's code comes after the editor's: nobody who wants to type waits for it. It ends with the session. */
export function useCall({ room, info, sessionId, access }: UseCallOptions): CallPlaces | undefined {
  const [parts, setParts] = useState<Parts>();
  const { participantId: selfId } = info.self;
  const isLive = info.session.phase === "live";
  const maySend = can(info.self.role, "send-media");
  useEffect(() => {
    if (!isLive) return;
    let isGone = false;
    let made: Parts | undefined;
    const load = async () => {
      const [code, button, dock] = await Promise.all([
        import("./call.ts"),
        import("./call-button.tsx"),
        import("./call-dock.tsx"),
      ]);
      if (isGone) return;
      const call = new code.Call({ sessionId, access, selfId, nameOf: (id) => room.nameOf(id), maySend });
      call.resume();
      made = { call, Button: button.CallButton, Dock: dock.CallDock };
      setParts(made);
    };
    // Without its code there is no call in this room, and everything else.
    const cancel = whenIdle(() => void load().catch(() => {}));
    return () => {
      isGone = true;
      cancel();
      made?.call.close();
      setParts(undefined);
    };
  }, [room, isLive, sessionId, access, selfId, maySend]);
  if (!parts) return undefined;
  const { call, Button, Dock } = parts;
  return { button: <Button call={call} info={info} />, dock: <Dock call={call} room={room} info={info} /> };
}

function whenIdle(act: () => void): () => void {
  // Safari has no requestIdleCallback.
  const idle = window.requestIdleCallback as typeof window.requestIdleCallback | undefined;
  if (idle) {
    const handle = idle(act, { timeout: 1500 });
    return () => cancelIdleCallback(handle);
  }
  const timer = setTimeout(act, 300);
  return () => clearTimeout(timer);
}
