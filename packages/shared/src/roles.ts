import { Type, type Static } from "typebox";

/** A participant's role in one session. It is in the link, never in who clicked it. */
export const Role = Type.Union([Type.Literal("interviewer"), Type.Literal("candidate"), Type.Literal("observer")]);
export type Role = Static<typeof Role>;

/** What can be done in a session. */
export type Action =
  | "read" // see documents, runs and who is here
  | "edit" // change a document, move one's cursor for others to see
  | "change-language"
  | "chat"
  | "run" // start and stop runs, type into them
  | "show-problem" // choose what the room works on
  | "see-hidden" // hidden test cases, and all of how they went
  | "invite" // make, list and revoke invites
  | "remove-participant"
  | "send-media" // be heard and seen in the call, show one's screen
  | "mute-others"
  | "end-session";

const permissions: Record<Role, ReadonlySet<Action>> = {
  interviewer: new Set([
    "read",
    "edit",
    "change-language",
    "chat",
    "run",
    "show-problem",
    "see-hidden",
    "invite",
    "remove-participant",
    "send-media",
    "mute-others",
    "end-session",
  ]),
  candidate: new Set(["read", "edit", "change-language", "chat", "run", "send-media"]),
  observer: new Set(["read"]),
};

/** Whether a role may do an action in a live session. Roles are data: this table is the only place that knows. */
export function can(role: Role, action: Action): boolean {
  return permissions[role].has(action);
}

/** Observers watch; everybody else takes one of the room's seats. */
export function takesSeat(role: Role): boolean {
  return role !== "observer";
}
