import { Dialog } from "@base-ui/react/dialog";
import { useState, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import type { Room } from "./room.ts";
import { useStore } from "./store.ts";
import { UnsentTexts } from "./unsent-text.tsx";

/**
 * Opens by itself when there is something that can not be saved any more; a notice stays where it was put away. Nothing
 * of it is deleted unasked. [J7]
 */
export function UnsentDialog({ room }: { room: Room }): ReactElement | null {
  const unsent = useStore(room.unsent);
  const [putAway, setPutAway] = useState<readonly unknown[]>([]);
  const isOpen = unsent.some((one) => !putAway.includes(one));
  if (unsent.length === 0) return null;
  const show = (
    <Button look="small" onClick={() => setPutAway([])}>
      Show it
    </Button>
  );
  return (
    <>
      <Notice tone="warning" isSilent action={show}>
        <strong>Not everything you typed was saved.</strong> It is kept on this device until you delete it.
      </Notice>
      <Dialog.Root open={isOpen} onOpenChange={(open) => setPutAway(open ? [] : unsent)}>
        <Dialog.Portal>
          <Dialog.Backdrop className="backdrop" />
          <Dialog.Popup className="dialog is-wide">
            <Dialog.Title render={<h2>Not everything you typed was saved</h2>} />
            <UnsentTexts room={room} />
            <div className="form-actions">
              <Dialog.Close className="btn">Close, and keep it</Dialog.Close>
            </div>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}
