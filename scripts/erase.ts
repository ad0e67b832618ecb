// `npm run erase -- SESSION PARTICIPANT`: takes out of an ended session's record what a participant wrote, for good.
import { existsSync } from "node:fs";

import { eraseParticipant } from "../services/session/src/log/erase-store.ts";
import { isId, openSessionDatabase } from "./record/session-database.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

async function erase(sessionId: string | undefined, participantId: string | undefined): Promise<void> {
  if (!isId(sessionId) || !isId(participantId))
    throw new Error(
      "Name a session and a participant: npm run erase -- 8f14e45f-… 9a1b2c3d-…; GET /api/sessions/:sessionId lists who took part.",
    );
  const db = openSessionDatabase("erase");
  try {
    const erased = await eraseParticipant(db, sessionId.toLowerCase(), participantId.toLowerCase());
    console.log(
      erased === 0
        ? "Nothing in that session's record is theirs, or all of it is erased already."
        : `${erased} events are erased. The chain and its signature still hold: npm run verify-record -- ${sessionId}`,
    );
  } finally {
    await db.destroy();
  }
}

try {
  await erase(process.argv[2], process.argv[3]);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message || String(error) : String(error));
  process.exit(2);
}
