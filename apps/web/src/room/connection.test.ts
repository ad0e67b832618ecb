import { closeCodes, isFinal } from "@greenroom/shared/protocol/close-codes.ts";
import { describe, expect, it } from "vitest";
import { closeReason, retryDelay } from "./backoff.ts";
import { announcementOf, connectionStatus } from "./connection-status.ts";
import { newId } from "./new-id.ts";
import { readFrame } from "./read-frame.ts";

describe("the next attempt after a lost connection", () => {
  it("[T5] comes at once when the server restarts or the room moved", () => {
    for (const code of [closeCodes["service-restart"], closeCodes.moved]) {
      expect(retryDelay(code, 0, 0.99)).toBeLessThanOrEqual(150);
      for (let attempt = 1; attempt < 50; attempt++) expect(retryDelay(code, attempt, 0.99)).toBeLessThanOrEqual(500);
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
  const saved = { unsaved: 0, landed: 0, keeping: "all", problem: undefined, isLoaded: true } as const;
  const unsaved = { ...saved, unsaved: 3 };
  const waiting = { kind: "waiting", attempt: 1, cause: undefined } as const;

  it("says that all is saved only when it is", () => {
    expect(connectionStatus({ kind: "open" }, saved, "live").text).toBe("Connected · all changes saved");
    expect(connectionStatus({ kind: "open" }, unsaved, "live").text).toBe("Saving…");
  });

  it("[J1] says without a connection that changes are kept on this device only once they are", () => {
    const text = (keeping: "all" | "writing") => connectionStatus(waiting, { ...unsaved, keeping }, "live").text;
    expect(text("writing")).toBe("Reconnecting… 3 changes being kept on this device…");
    expect(text("all")).toBe("Reconnecting… 3 changes kept on this device");
  });

  it("[J9] says plainly that nothing is kept, and why", () => {
    const full = { ...unsaved, keeping: "full" } as const;
    expect(connectionStatus(waiting, full, "live").text).toBe(
      "Reconnecting… 3 changes NOT kept: this device has no room for it",
    );
    expect(connectionStatus({ kind: "open" }, full, "live")).toMatchObject({ tone: "bad" });
    const broken = { ...saved, keeping: "unavailable" } as const;
    expect(connectionStatus({ kind: "open" }, broken, "live").text).toContain("this device keeps no copy");
    expect(announcementOf(waiting, full, "live")).toContain("not kept");
  });

  it("says what is not saved when the session ended before it was", () => {
    expect(connectionStatus({ kind: "open" }, saved, "ended").text).toBe("Session ended · read-only");
    expect(connectionStatus({ kind: "open" }, unsaved, "ended").text).toContain("3 changes not saved, kept on this");
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
