import type { Role } from "@greenroom/shared/roles.ts";

/** What roles are called, and what their bearers may expect. */
export const roleText: Record<
  Role,
  { readonly label: string; readonly welcome: string; readonly explanation: string }
> = {
  interviewer: {
    label: "Interviewer",
    welcome: "You join as an interviewer: you can edit, run programs, invite others and end the interview.",
    explanation: "edits, runs, invites, ends the interview",
  },
  candidate: {
    label: "Candidate",
    welcome: "You join a live coding interview: one editor for everybody, and programs that really run.",
    explanation: "edits and runs",
  },
  observer: {
    label: "Observer",
    welcome: "You join as an observer: you see everything and change nothing.",
    explanation: "watches only, takes no seat",
  },
};
