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

/** A million characters, brought in at once, and so many keystrokes anywhere in them. */
function typeInLarge(count: number): TextOperation[] {
  const random = randomFrom(count);
  const pieces = 4;
  const piece = "x = 'a line of a long file'  # and so on\n".repeat(6_250);
  const brought = Array.from({ length: pieces }, (): TextOperation => [piece]);
  const typed = Array.from({ length: count - pieces }, (): TextOperation => {
    const at = Math.floor(random() * piece.length * pieces);
    return [at + 1, "e"];
  });
  return [...brought, ...typed];
}

/** Who an access token is of: its claims are readable to everybody. */
function bearerOf(token: string): string {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(claims) as { sub: string }).sub; // every token of ours has one
}

const typists = { small: (count: number) => typeAlone(count, getLanguage("python").starter), large: typeInLarge };

/**
 * A session with so many operations on its document, of some kilobytes or of a megabyte: written into its log in bulk, as rooms would have written them one
 * by one over ten hours. Nobody has its room open.
 */
export async function makeLongSession(
  ground: Ground,
  { operations, text }: { operations: number; text: keyof typeof typists },
): Promise<string> {
  const { house, postgres } = ground;
  const sessionId = await house.createSession({ language: "python" });
  const pool = new pg.Pool({ connectionString: postgres.url("greenroom_session"), max: 1 });
  try {
    const participantId = bearerOf(await house.administratorToken());
    const history = { participantId, operations: typists[text](operations) };
    await seedOperations(pool, sessionId, history);
    await pool.query("vacuum analyze event");
  } finally {
    await pool.end();
  }
  return sessionId;
}
