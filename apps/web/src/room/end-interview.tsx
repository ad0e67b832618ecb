import { useState, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import type { Room } from "./room.ts";

export function EndInterview({ room }: { room: Room }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const end = () => {
    setAsking(false);
    room.endSession();
  };
  return (
    <>
      <Button onClick={() => setAsking(true)}>End interview</Button>
      <ConfirmDialog
        isOpen={isAsking}
        title="End the interview for everybody?"
        confirm="End for everybody"
        cancel="Keep going"
        onConfirm={end}
        onCancel={() => setAsking(false)}
      >
        The room becomes read-only at once and cannot be opened again. Code and runs stay readable for your company.
      </ConfirmDialog>
    </>
  );
}
