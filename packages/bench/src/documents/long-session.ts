import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import pg from "pg";
import { seedOperations } from "../../../../services/session/src/testing/seed-log.ts";
import type { Ground } from "./ground.ts";
import { nextKeystroke, toOperation } from "./load/typing.ts";

/** So many keystrokes of somebody who began with a language's starter. */
function typeAlone(count: number, starter: string): TextOperation[] {
  const random = randomFrom(count);
  const client = { length: starter.length, caret: 0 };
  return Array.from({ length: count }, () => {
    const keystroke = nextKeystroke(client, random);
    client.length += "insert" in keystroke ? 1 : -1;
    return toOperation(keystroke);
  });
}

/** Who an access token is of: its claims are readable to everybody. */
function bearerOf(token: string): string {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(claims) as { sub: string }).sub; // every token of ours has one
}

/**
 * A session with so many operations on its document: written into its log in bulk, as rooms would have written them one
 * by one over ten hours. Nobody has its room open.
 */
export async function makeLongSession(ground: Ground, operations: number): Promise<string> {
  const { house, postgres } = ground;
  const sessionId = await house.createSession({ language: "python" });
  const pool = new pg.Pool({ connectionString: postgres.url("greenroom_session"), max: 1 });
  try {
    const participantId = bearerOf(await house.administratorToken());
    const history = { participantId, operations: typeAlone(operations, getLanguage("python").starter) };
    await seedOperations(pool, sessionId, history);
    await pool.query("vacuum analyze event");
  } finally {
    await pool.end();
  }
  return sessionId;
}
