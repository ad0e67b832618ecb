import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { createIceServers } from "./ice-servers.ts";

it("makes credentials that the TURN server can check, and that expire", () => {
  const urls = ["turn:turn.example.com:3478?transport=udp", "turns:turn.example.com:443?transport=tcp"];
  const [server] = createIceServers({ urls, secret: "what both of them know" })("ada");
  const { username = "", credential } = server!;
  const [expiry, name] = username.split(":");
  expect([server?.urls, name]).toEqual([urls, "ada"]);
  const hours = (Number(expiry) - Date.now() / 1000) / 3_600;
  expect(hours).toBeGreaterThan(1);
  expect(hours).toBeLessThan(12);
  expect(credential).toBe(createHmac("sha1", "what both of them know").update(username).digest("base64"));
});

it("names none where there are none, and wants a secret where there are", () => {
  expect(createIceServers({ urls: [], secret: undefined })("ada")).toEqual([]);
  expect(() => createIceServers({ urls: ["turn:x"], secret: undefined })).toThrow("TURN_SECRET");
});
