// `npm run verify-record -- SESSION`: looks a session's whole record through, and its signature.
import { existsSync } from "node:fs";

import { verifyLog } from "../services/session/src/log/verify-log.ts";
import { verifySignature } from "../services/session/src/log/verify-signature.ts";
import { getSession } from "../services/session/src/session/session-repository.ts";
import { isId, openSessionDatabase } from "./record/session-database.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

async function keySet(): Promise<{ keys: object[] }> {
  const address = process.env["PUBLIC_URL"] ?? "http://localhost:8080";
  const answer = await fetch(new URL("/api/auth/keys", address)).catch((cause: unknown) => {
    throw new Error(`The keys cannot be had from ${address}: is Greenroom running there? Else set PUBLIC_URL.`, {
      cause,
    });
  });
  return (await answer.json()) as { keys: object[] }; // the route's own shape
}

async function verifyRecord(sessionId: string | undefined): Promise<number> {
  if (!isId(sessionId)) throw new Error("Name a session: npm run verify-record -- 8f14e45f-…");
  const db = openSessionDatabase("verify-record");
  try {
    const session = await getSession(db, sessionId.toLowerCase());
    const verified = await verifyLog(db, session.id);
    if (!verified.ok) {
      console.log(`Broken at event ${verified.number}: ${verified.why}.`);
      return 1;
    }
    const { events, erased, snapshots } = verified;
    console.log(
      `${events} events, ${erased} of them erased: the chain holds, and ${snapshots} snapshots are its fold.`,
    );
    if (session.signature === null) {
      console.log(session.ended_at ? "It is not signed yet." : "It is not signed: the session has not ended.");
      return session.ended_at ? 1 : 0;
    }
    const signed = await verifySignature(session.signature, await keySet());
    const same = signed.sessionId === session.id && signed.link === session.log_link.toString("hex");
    console.log(same ? "The signature is ours, and of this record." : "The signature is of another record.");
    return same && signed.number === events ? 0 : 1;
  } finally {
    await db.destroy();
  }
}

try {
  process.exit(await verifyRecord(process.argv[2]));
} catch (error) {
  console.error(error instanceof Error ? error.message || String(error) : String(error));
  process.exit(2);
}
