import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import { showProblem, sightOf } from "../problem/what-a-role-sees.ts";
import type { Connection } from "./connection.ts";
import type { Room } from "./room.ts";

/** What somebody is told who has just come in: all that their page shows, as their role may see it. [C1] */
export function welcomeTo(
  room: Room,
  { id: connectionId, participant }: Connection,
  people: Pick<DownFrameOf<"welcome">, "self" | "participants">,
): DownFrameOf<"welcome"> {
  const sight = sightOf(participant.role);
  const { sessionId, session, desk, isLive } = room;
  const { language, documentId, files: documents, problem } = desk;
  return {
    type: "welcome",
    connectionId,
    ...people,
    session: { sessionId, title: session.title, phase: isLive ? "live" : "ended", language, documentId, documents },
    problem: problem && showProblem(problem, sight),
    run: room.runs.newest(sight),
    runs: room.deps.availability.current,
    chat: room.chat.recent(),
  };
}
