import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeUser, createAccountInvite, login, register } from "@greenroom/shared/api/auth-routes.ts";
import { createInvite, createSession, endSession, revokeInvite } from "@greenroom/shared/api/session-routes.ts";
import { closeCodes } from "@greenroom/shared/protocol/close-codes.ts";
import { call } from "./support/api.ts";
import { administrator, type House, openHouse, withoutRuns } from "./support/house.ts";
import { openSocket, type TestSocket } from "./support/socket.ts";

/** Whoever loses access is out within five seconds, through the whole stack. */
const withinMs = 5_000;

describe("access through the whole stack", () => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse({ env: { ACCESS_TOKEN_SECONDS: "20" }, services: withoutRuns });
  }, 120_000);

  afterAll(async () => {
    await house?.close();
  });

  const enter = async (): Promise<{
    sessionId: string;
    inviteId: string;
    guest: TestSocket;
    accessToken: string;
    participantId: string;
  }> => {
    const token = await house.administratorToken();
    const sessionId = (await call(house.url, createSession, { body: { title: "Access", language: "python" }, token }))
      .body.sessionId;
    const made = await call(house.url, createInvite, { params: { sessionId }, body: { role: "candidate" }, token });
    const { accessToken, participantId } = await house.redeem(made.body.url, "Cleo");
    const guest = await openSocket(house.url, sessionId, accessToken);
    expect(guest.closeCode).toBeUndefined();
    return { sessionId, inviteId: made.body.invite.inviteId, guest, accessToken, participantId };
  };

  it("[T4] a revoked invite closes its bearer's socket, and lets nobody in again", async () => {
    const { sessionId, inviteId, guest, accessToken } = await enter();
    const token = await house.administratorToken();
    await call(house.url, revokeInvite, { params: { sessionId, inviteId }, token });
    expect(await guest.closed(withinMs)).toBe(closeCodes.revoked);
    expect((await openSocket(house.url, sessionId, accessToken)).closeCode).toBe(closeCodes.revoked);
  });

  it("[C4] a removed participant is out, and stays out", async () => {
    const { sessionId, guest, accessToken, participantId } = await enter();
    const token = await house.administratorToken();
    const interviewer = await openSocket(house.url, sessionId, token);
    interviewer.send({ type: "participant.remove", participantId });
    expect(await guest.closed(withinMs)).toBe(closeCodes.removed);
    expect((await openSocket(house.url, sessionId, accessToken)).closeCode).toBe(closeCodes.removed);
    interviewer.close();
  });

  it("[T4] a disabled account's socket is closed", async () => {
    const { sessionId } = await enter();
    const token = await house.administratorToken();
    const link = (await call(house.url, createAccountInvite, { token })).body.url;
    const body = {
      name: "Max",
      email: "max@example.org",
      password: "a very long password",
      invite: link.split("/").at(-1) ?? "",
    };
    const colleague = (await call(house.url, register, { body })).body;
    const socket = await openSocket(house.url, sessionId, colleague.accessToken);
    expect((await socket.frame("welcome")).self.role).toBe("observer");
    await call(house.url, changeUser, { params: { userId: colleague.user.userId }, body: { disabled: true }, token });
    expect(await socket.closed(withinMs)).toBe(closeCodes.revoked);
    const { email, password } = body;
    expect((await call(house.url, login, { body: { email, password } })).status).toBe(403);
  });

  it("[C3] a session ended over HTTP is read-only for everybody in the room", async () => {
    const { sessionId, guest } = await enter();
    const token = await house.administratorToken();
    await call(house.url, endSession, { params: { sessionId }, token });
    await guest.frame("session.ended");
    guest.send({ type: "language", language: "java" });
    expect((await guest.frame("error")).code).toBe("session-ended");
    guest.close();
  });

  it("[T2] forged tokens, foreign sessions and nonsense are closed with their code, and the room does not notice", async () => {
    const { sessionId, guest, accessToken } = await enter();
    const other = await enter();
    const token = await house.administratorToken();
    const forged = `${accessToken.slice(0, -4)}AAAA`;
    expect((await openSocket(house.url, sessionId, forged)).closeCode).toBe(closeCodes.unauthenticated);
    expect((await openSocket(house.url, sessionId, "not-a-token")).closeCode).toBe(closeCodes.unauthenticated);
    expect((await openSocket(house.url, other.sessionId, accessToken)).closeCode).toBe(closeCodes.forbidden);
    const nowhere = await openSocket(house.url, crypto.randomUUID(), token);
    expect(nowhere.closeCode).toBe(closeCodes["session-not-found"]);
    guest.send({ type: "ping" });
    await guest.frame("pong");
    guest.close();
    other.guest.close();
  });

  it("[T4] an expired token closes the socket; one that was renewed in time does not", async () => {
    const { sessionId, guest } = await enter();
    const token = await house.administratorToken();
    const { email, password } = administrator;
    const renewed = await openSocket(house.url, sessionId, token);
    const renewal = setTimeout(async () => {
      const fresh = await call(house.url, login, { body: { email, password } });
      renewed.send({ type: "access", accessToken: fresh.body.accessToken });
    }, 8_000);
    expect(await guest.closed(26_000)).toBe(closeCodes.unauthenticated);
    clearTimeout(renewal);
    expect(renewed.closeCode).toBeUndefined();
    expect(await renewed.closed(26_000)).toBe(closeCodes.unauthenticated);
  }, 60_000);
});
