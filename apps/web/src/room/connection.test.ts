import { closeCodes, isFinal } from "@greenroom/shared/protocol/close-codes.ts";
import { describe, expect, it } from "vitest";
import { closeReason, retryDelay } from "./backoff.ts";
import { connectionStatus } from "./connection-status.ts";
import { newId } from "./new-id.ts";
import { readFrame } from "./read-frame.ts";

describe("the next attempt after a lost connection", () => {
  it("[T5] comes at once when the server restarts or the room moved", () => {
    for (const code of [closeCodes["service-restart"], closeCodes.moved]) {
      expect(retryDelay(code, 0, 0.99)).toBeLessThanOrEqual(150);
    }
  });

  it("[T5] never waits longer than three seconds, and never the same for everybody", () => {
    for (let attempt = 0; attempt < 50; attempt++) {
      expect(retryDelay(1006, attempt, 0.999)).toBeLessThanOrEqual(3000);
      expect(retryDelay(1006, attempt, 0)).toBeLessThan(retryDelay(1006, attempt, 0.9));
    }
  });

  it("[T2] knows every close code by its reason", () => {
    for (const [reason, code] of Object.entries(closeCodes)) expect(closeReason(code)).toBe(reason);
    expect(closeReason(1006)).toBeUndefined();
    expect(isFinal(1006)).toBe(false);
  });
});

describe("the status line", () => {
  const saved = { unsaved: 0, problem: undefined, isLoaded: true };
  const unsaved = { ...saved, unsaved: 3 };

  it("says that all is saved only when it is", () => {
    expect(connectionStatus({ kind: "open" }, saved, "live").text).toBe("Connected · all changes saved");
    expect(connectionStatus({ kind: "open" }, unsaved, "live").text).toBe("Saving…");
  });

  it("counts what is not saved while there is no connection", () => {
    const waiting = { kind: "waiting", attempt: 1, cause: undefined } as const;
    expect(connectionStatus(waiting, unsaved, "live")).toEqual({
      tone: "bad",
      text: "Reconnecting… 3 changes not saved yet (kept in this page)",
    });
  });

  it("says what is lost when the session ended before it was saved", () => {
    expect(connectionStatus({ kind: "open" }, saved, "ended").text).toBe("Session ended · read-only");
    expect(connectionStatus({ kind: "open" }, unsaved, "ended").text).toContain("3 changes not saved");
  });

  it("says why the server takes no more", () => {
    const full = { ...unsaved, unsaved: 1, problem: "document-too-large" as const };
    expect(connectionStatus({ kind: "open" }, full, "live").text).toContain("1 change not saved");
  });
});

describe("what comes over a socket", () => {
  it("[E2] is passed over where it is no frame this page knows", () => {
    expect(readFrame('{"type":"pong"}')).toEqual({ type: "pong" });
    expect(readFrame('{"type":"toString"}')).toBeUndefined();
    expect(readFrame("[]")).toBeUndefined();
    expect(readFrame(new ArrayBuffer(1))).toBeUndefined();
  });
});

describe("an id", () => {
  it("is a random UUID on plain HTTP too", () => {
    const ids = Array.from({ length: 100 }, newId);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
