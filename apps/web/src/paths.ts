/** Every page's path. Links into a room are made by the server with the same ones. */
export const paths = {
  setup: "/setup",
  login: "/login",
  register: "/register",
  registerByInvite: "/register/$invite",
  dashboard: "/",
  problems: "/problems",
  newProblem: "/problems/new",
  problem: "/problems/$problemId",
  people: "/people",
  keys: "/keys",
  join: "/join/$invite",
  guestRoom: "/room/$sessionId",
  guestLeft: "/room/$sessionId/left",
  session: "/sessions/$sessionId",
  playback: "/sessions/$sessionId/playback",
} as const;

/** A path of this site to go on to; anything else would let a link send people elsewhere. */
export function safeNext(next: unknown): string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : paths.dashboard;
}
