import { randomUUID } from "node:crypto";
import {
  createInvite,
  createSession,
  getSessionRecord,
  listInvites,
  listSessions,
  Session,
} from "@greenroom/shared/api/session-routes.ts";
import { languages } from "@greenroom/shared/languages.ts";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TokenMaker } from "@greenroom/shared/testing/token-maker.ts";
import { TestStack } from "../testing/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => await stack.close());

interface Answer {
  readonly status: number;
  // What a test reads out of an answer it has checked against its schema, or an error's code.
  readonly body: { code?: string; sessions: Session[]; more: boolean; invite: { inviteId: string }; url: string };
}

async function ask(path: string, init: Parameters<TestStack["request"]>[1] = {}, schema?: TSchema): Promise<Answer> {
  const answer = await stack.request(path, init);
  const body = (await answer.json()) as Answer["body"]; // see above
  if (schema && answer.ok && !Value.Check(schema, body))
    throw new Error(`Not what the route promises: ${JSON.stringify(body)}`);
  return { status: answer.status, body };
}

it("makes a session whose maker owns it and whose document begins with the starter", async () => {
  const owner = stack.user({ name: "Ada" });
  const init = { token: owner.token, body: { title: "  Interview \0 ", language: "java" } };
  const made = await ask("/api/sessions", init, createSession.response);
  expect(made).toMatchObject({
    status: 200,
    body: { title: "Interview", phase: "live", language: "java", createdBy: { userId: owner.userId, name: "Ada" } },
  });
  const { sessionId } = made.body as unknown as Session; // checked above
  const record = await ask(`/api/sessions/${sessionId}`, { token: stack.user().token }, getSessionRecord.response);
  const starter = languages.find(({ id }) => id === "java")!.starter;
  expect(record.body).toMatchObject({ documents: [{ language: "java", revision: 0, text: starter }], runs: [] });
});

it("refuses a session that is none, saying what is wrong", async () => {
  const { token } = stack.user();
  const bad = [
    {},
    { title: "", language: "c" },
    { title: " \0 ", language: "c" },
    { title: "x".repeat(121), language: "c" },
  ];
  for (const body of [...bad, { title: "x", language: "klingon" }, null, "x", []])
    expect(await ask("/api/sessions", { token, body }), JSON.stringify(body)).toMatchObject({
      status: 400,
      body: { code: "bad-request" },
    });
});

it("lists sessions newest first, page by page, each once", async () => {
  const { token } = stack.user();
  for (let made = 0; made < 7; made++) await stack.createSession(`page ${made}`);
  const all = (await ask("/api/sessions?limit=100", { token }, listSessions.response)).body.sessions;
  expect(all.map(({ createdAt }) => createdAt)).toEqual(
    all.map(({ createdAt }) => createdAt).toSorted((a, b) => b - a),
  );
  const seen: string[] = [];
  let before: number | undefined;
  for (let more = true; more;) {
    const path = `/api/sessions?limit=3${before === undefined ? "" : `&before=${before}`}`;
    const { body } = await ask(path, { token }, listSessions.response);
    seen.push(...body.sessions.map(({ sessionId }) => sessionId));
    before = body.sessions.at(-1)?.createdAt;
    more = body.more;
  }
  expect(seen).toEqual(all.map(({ sessionId }) => sessionId));
  for (const query of ["limit=0", "limit=101", "limit=x", "phase=dead", "before=-1"])
    expect((await ask(`/api/sessions?${query}`, { token })).status, query).toBe(400);
});

it("loses no session between two pages though many were made in one instant", async () => {
  const { token } = stack.user();
  const made = await Promise.all(Array.from({ length: 6 }, () => stack.createSession("same instant")));
  const ids = made.map(({ sessionId }) => sessionId);
  await stack.db.query(
    `update session set created_at = '2030-01-01T00:00:00.001Z'::timestamptz + n / 4 * interval '1 millisecond'
     from unnest($1::uuid[]) with ordinality as made (made_id, n) where id = made_id`,
    [ids],
  );
  const seen: string[] = [];
  for (let before: number | undefined = Date.parse("2031-01-01"); before !== undefined;) {
    const { body }: Answer = await ask(`/api/sessions?limit=2&before=${before}`, { token }, listSessions.response);
    seen.push(...body.sessions.map(({ sessionId }) => sessionId));
    before = body.more ? body.sessions.at(-1)?.createdAt : undefined;
  }
  expect(seen.filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
});

it("[C3] ends a session once, for interviewers alone, and lists it as past", async () => {
  const { sessionId, owner } = await stack.createSession();
  const path = `/api/sessions/${sessionId}/end`;
  const end = (token: string) => ask(path, { token, method: "POST" });
  expect(await end(stack.user().token)).toMatchObject({ status: 403, body: { code: "not-allowed" } });
  expect(await end(stack.guestToken(sessionId))).toMatchObject({ status: 403 });
  expect(await end(stack.guestToken(randomUUID(), { role: "interviewer" }))).toMatchObject({ status: 403 });
  const first = await end(owner.token);
  expect(first).toMatchObject({ status: 200, body: { phase: "ended" } });
  expect(Value.Check(Session, first.body)).toBe(true);
  expect(await end(stack.guestToken(sessionId, { role: "interviewer" }))).toEqual(first);
  const { body } = await ask("/api/sessions?phase=ended&limit=100", { token: owner.token });
  expect(body.sessions.map((session) => session.sessionId)).toContain(sessionId);
  const live = await ask("/api/sessions?phase=live&limit=100", { token: owner.token });
  expect(live.body.sessions.map((session) => session.sessionId)).not.toContain(sessionId);
});

it("[T1] lets nobody in without a good token, and no guest where a user is needed", async () => {
  const { sessionId } = await stack.createSession();
  const guest = stack.guestToken(sessionId, { role: "interviewer" });
  const forged = new TokenMaker().user({ name: "Mallory", role: "admin" });
  const [header = "", , signature = ""] = guest.split(".");
  const past = stack.user({ exp: Math.floor(Date.now() / 1000) - 1 }).token;
  for (const token of [undefined, "", "x", forged, past, `${header}.eA.${signature}`, "a.b.c"])
    for (const path of ["/api/sessions", `/api/sessions/${sessionId}`, `/api/sessions/${sessionId}/invites`])
      expect(await ask(path, token === undefined ? {} : { token }), `${token} ${path}`).toMatchObject({
        status: 401,
        body: { code: "unauthenticated" },
      });
  for (const path of ["/api/sessions", `/api/sessions/${sessionId}`, `/api/sessions/${sessionId}/runs/${randomUUID()}`])
    expect(await ask(path, { token: guest })).toMatchObject({ status: 403, body: { code: "not-allowed" } });
  expect(await ask("/api/sessions", { token: guest, body: { title: "x", language: "c" } })).toMatchObject({
    status: 403,
  });
});

it("knows no session, run or path that is not there", async () => {
  const { token } = stack.user();
  const { sessionId } = await stack.createSession();
  for (const path of [
    `/api/sessions/${randomUUID()}`,
    `/api/sessions/${sessionId}/runs/${randomUUID()}`,
    "/api/nothing",
  ])
    expect(await ask(path, { token })).toMatchObject({ status: 404, body: { code: "not-found" } });
  expect(await ask("/api/sessions/no-uuid", { token })).toMatchObject({ status: 400, body: { code: "bad-request" } });
});

it("makes, lists and revokes invites for interviewers, and asks the auth service for each", async () => {
  const { sessionId, owner, title } = await stack.createSession();
  const path = `/api/sessions/${sessionId}/invites`;
  const body = { role: "candidate" };
  for (const token of [
    stack.user().token,
    stack.guestToken(sessionId),
    stack.guestToken(sessionId, { role: "observer" }),
  ])
    expect(await ask(path, { token, body })).toMatchObject({ status: 403 });
  expect(stack.auth.asked).not.toContain("POST /internal/invites");
  const made = await ask(path, { token: owner.token, body }, createInvite.response);
  expect(made.body).toMatchObject({ invite: { sessionId, role: "candidate", revokedAt: null } });
  const asked = stack.auth.invites.find(({ inviteId }) => inviteId === made.body.invite.inviteId)!;
  expect(asked.expiresAt - asked.createdAt).toBe(24 * 3_600_000);
  expect(title).toBe("Interview");
  const asInterviewer = stack.guestToken(sessionId, { role: "interviewer" });
  expect((await ask(path, { token: asInterviewer }, listInvites.response)).body).toMatchObject({ invites: [asked] });
  const one = `${path}/${asked.inviteId}`;
  expect(await ask(one, { token: stack.guestToken(sessionId), method: "DELETE" })).toMatchObject({ status: 403 });
  expect(await ask(one, { token: owner.token, method: "DELETE" })).toEqual({ status: 200, body: null });
  expect(asked.revokedAt).not.toBeNull();
  const missing = `${path}/${randomUUID()}`;
  expect(await ask(missing, { token: owner.token, method: "DELETE" })).toMatchObject({ status: 404 });
  await ask(`/api/sessions/${sessionId}/end`, { token: owner.token, method: "POST" });
  expect(await ask(path, { token: owner.token, body })).toMatchObject({ status: 409, body: { code: "session-ended" } });
});

it("[C4] a removed interviewer may do nothing over HTTP either", async () => {
  const { sessionId, owner } = await stack.createSession();
  const sub = randomUUID();
  const token = stack.guestToken(sessionId, { sub, role: "interviewer" });
  await stack.join(sessionId, token);
  const client = await stack.join(sessionId, owner.token);
  client.send({ type: "participant.remove", participantId: sub });
  await client.settled();
  expect(await ask(`/api/sessions/${sessionId}/invites`, { token })).toMatchObject({ status: 403 });
});

it("says whether it is alive, and whether it can work", async () => {
  expect((await stack.request("/healthz")).status).toBe(200);
  expect((await stack.request("/readyz")).status).toBe(200);
});

it("lets nobody do anything by a token whose invite was revoked or whose account was disabled", async () => {
  const { sessionId, owner } = await stack.createSession();
  const inviteId = randomUUID();
  const token = stack.guestToken(sessionId, { role: "interviewer", inviteId });
  const invites = `/api/sessions/${sessionId}/invites`;
  expect((await ask(invites, { token, body: { role: "candidate" } })).status).toBe(200);
  stack.auth.lost.add(inviteId);
  for (const init of [{ token }, { token, body: { role: "interviewer" } }])
    expect(await ask(invites, init)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  stack.auth.lost.add(owner.userId);
  expect(await ask(`/api/sessions/${sessionId}`, { token: owner.token })).toMatchObject({ status: 401 });
  expect(await ask("/api/sessions?before=8640000000000001", { token: stack.user().token })).toMatchObject({
    status: 400,
  });
});
