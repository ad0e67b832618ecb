import type { AccessSource } from "../api/access.ts";

/** What a page gives the room it shows. */
export interface LiveRoomProps {
  readonly sessionId: string;
  readonly access: AccessSource;
  /** How this browser came in decides where its refusals lead. */
  readonly bearer: "user" | "guest";
  /** Only users may read the record of an ended session. */
  readonly onOpenRecord?: () => void;
}
