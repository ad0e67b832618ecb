import { useBlocker } from "@tanstack/react-router";
import { useCallback, type ReactElement } from "react";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import type { Room } from "./room.ts";

/** Neither a closed tab nor a link takes text away that is neither saved nor kept, without a question. [J9] */
export function LeaveGuard({ room }: { room: Room }): ReactElement {
  const hasUnsaved = useCallback(() => {
    const { unsaved, keeping } = room.saving.get();
    return unsaved > 0 && keeping !== "all";
  }, [room]);
  const blocker = useBlocker({ shouldBlockFn: hasUnsaved, enableBeforeUnload: hasUnsaved, withResolver: true });
  return (
    <ConfirmDialog
      isOpen={blocker.status === "blocked"}
      title="Leave with unsaved changes?"
      confirm="Leave and lose them"
      cancel="Stay"
      onConfirm={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      Some of what you typed has not reached the server yet, and is not kept on this device either.
    </ConfirmDialog>
  );
}
