import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { login, redeemInvite, register, type SignedIn } from "@greenroom/shared/api/auth-routes.ts";
import { createInvite, createSession, getSessionRecord } from "@greenroom/shared/api/session-routes.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { Role } from "@greenroom/shared/roles.ts";
import { startStack, type Stack, type StackOptions } from "../../../../scripts/stack/stack.ts";
import { call } from "./api.ts";

export const administrator = { name: "Ada Admin", email: "ada@example.org", password: "correct horse battery" };

/** All services but the one that needs a Docker engine: for tests in which nothing runs. */
export const withoutRuns = ["auth", "session", "judge", "gateway"] as const;

/** A whole Greenroom with nothing in it, and what it takes to fill it. */
export interface House {
  readonly stack: Stack;
  readonly url: string;
  /** What the stack keeps, its services' logs among it. */
  readonly dataDir: string;
  /** Makes the administrator, or logs in when there is one; resolves to an access token that is good for so long. */
  administratorToken(forMs?: number): Promise<string>;
  createSession(options?: { title?: string; language?: LanguageId }): Promise<string>;
  /** The link of a new invite. */
  invite(sessionId: string, role: Role): Promise<string>;
  /** The text of a session's first document, as the database has it. */
  savedText(sessionId: string): Promise<string | undefined>;
  /** Redeems an invite link as a browser of its own would. */
  redeem(link: string, name: string): Promise<{ accessToken: string; participantId: string }>;
  close(): Promise<void>;
}

/** Brings up the whole stack as `npm start` does, on a free port and in a folder that is removed afterwards. */
export async function openHouse(
  options: Pick<StackOptions, "env" | "services"> & {
    /** Says nothing of what the services find wrong: where that is the point. */
    readonly isQuiet?: boolean;
  } = {},
): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), "greenroom-e2e-"));
  const stack = await startStack({
    dataDir,
    ...options,
    // All the people of a test come from one address.
    env: {
      SANDBOX_BASE_IMAGE: process.env["SANDBOX_BASE_IMAGE"],
      // A build of the page elsewhere than where `npm test` puts it.
      WEB_ROOT: process.env["WEB_ROOT"],
      INVITE_ATTEMPTS_PER_MINUTE: "1000",
      ...options.env,
    },
    log: (line) => line.level >= 50 && !options.isQuiet && console.error(`${line.source}: ${line.text}`),
  });
  const { url } = stack;
  let signedIn: SignedIn | undefined;

  const administratorToken = async (forMs = 12_000): Promise<string> => {
    if (signedIn && signedIn.expiresAt > Date.now() + forMs) return signedIn.accessToken;
    const { setupCode } = stack;
    const made = await call(url, register, { body: { ...administrator, setupCode } });
    const { email, password } = administrator;
    signedIn = made.status === 200 ? made.body : (await call(url, login, { body: { email, password } })).body;
    return signedIn.accessToken;
  };

  return {
    stack,
    url,
    dataDir,
    administratorToken,
    createSession: async ({ title = "Backend engineer", language = "python" } = {}) => {
      const answer = await call(url, createSession, { body: { title, language }, token: await administratorToken() });
      return answer.body.sessionId;
    },
    invite: async (sessionId, role) => {
      const input = { params: { sessionId }, body: { role }, token: await administratorToken() };
      return (await call(url, createInvite, input)).body.url;
    },
    savedText: async (sessionId) => {
      const answer = await call(url, getSessionRecord, { params: { sessionId }, token: await administratorToken() });
      return answer.status === 200 ? answer.body.documents[0]?.text : undefined;
    },
    redeem: async (link, name) => {
      const invite = link.split("/").at(-1) ?? "";
      return (await call(url, redeemInvite, { body: { invite, name } })).body;
    },
    close: async () => {
      await stack.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
