import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { Door } from "../testing/door.ts";

const script = "export const answer = 42;\n".repeat(100);
let webRoot: string;
let door: Door;

beforeAll(() => {
  webRoot = mkdtempSync(join(tmpdir(), "greenroom-web-"));
  mkdirSync(join(webRoot, "assets"));
  writeFileSync(join(webRoot, "index.html"), "<!doctype html><title>Greenroom</title>");
  writeFileSync(join(webRoot, "favicon.svg"), "<svg/>");
  writeFileSync(join(webRoot, "assets/main-a1b2.js"), script);
  writeFileSync(join(webRoot, "assets/main-a1b2.js.br"), brotliCompressSync(script));
});
afterAll(() => rmSync(webRoot, { recursive: true }));
afterEach(() => door.close());

const openDoor = async (config: Record<string, string> = {}) => {
  door = await Door.create({ config: { WEB_ROOT: webRoot, ...config } });
};

it("shows the one page for every address of the app, never from a cache", async () => {
  await openDoor();
  for (const path of ["/", "/index.html", "/sessions/1", "/join/some-secret_x", "/setup"]) {
    const answer = await fetch(door.url + path);
    expect([path, answer.status, answer.headers.get("cache-control")]).toEqual([path, 200, "no-cache"]);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(await answer.text()).toContain("Greenroom");
  }
});

it("keeps hashed files for ever, and sends them as they were compressed by the build", async () => {
  await openDoor();
  const answer = await fetch(`${door.url}/assets/main-a1b2.js`, { headers: { "accept-encoding": "br" } });
  expect(answer.headers.get("content-encoding")).toBe("br");
  expect(answer.headers.get("content-type")).toMatch(/javascript/);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(await answer.text()).toBe(script);
  const plain = await fetch(`${door.url}/assets/main-a1b2.js`, { headers: { "accept-encoding": "identity" } });
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(await plain.text()).toBe(script);
});

it("answers 404 for a file that is not there, not the page", async () => {
  await openDoor();
  expect((await fetch(`${door.url}/favicon.svg`)).status).toBe(200);
  for (const path of ["/assets/old-c3d4.js", "/robots.txt", "/assets/"]) {
    const answer = await fetch(door.url + path);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: "not-found" }]);
  }
  expect((await fetch(`${door.url}/sessions/1`, { method: "POST" })).status).toBe(404);
});

it("gives out nothing outside the web app's folder", async () => {
  await openDoor();
  for (const path of ["/..%2fpackage.json", "/assets/..%2f..%2fetc/passwd.txt", "/%2e%2e/x.json"]) {
    expect([400, 403, 404]).toContain((await fetch(door.url + path)).status);
  }
});

it("says so when the web app is not built", async () => {
  await openDoor({ WEB_ROOT: "/nonexistent" });
  const answer = await fetch(door.url);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("The web app is not built yet");
});

it("sends the security headers with every answer", async () => {
  await openDoor({ PUBLIC_URL: "https://room.example" });
  for (const path of ["/", "/api/docs/", "/api/nothing", "/healthz"]) {
    const { headers } = await fetch(door.url + path);
    const policy = (headers.get("content-security-policy") ?? "").split(";");
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "script-src 'self'",
        "worker-src 'self' blob:",
        "connect-src 'self' wss://room.example",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
      ]),
    );
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("permissions-policy")).toContain("camera=(self), microphone=(self), display-capture=(self)");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toContain("max-age=15552000");
  }
});

it("promises no https where there is none", async () => {
  await openDoor();
  const { headers } = await fetch(door.url);
  expect(headers.get("strict-transport-security")).toBeNull();
  expect(headers.get("content-security-policy")).not.toContain("upgrade-insecure-requests");
  expect(headers.get("content-security-policy")).toContain("connect-src 'self' ws://localhost:8080");
});
