import type { LookupAddress } from "node:dns";
import { expect, it } from "vitest";
import { CallbackHosts, isPublic } from "./callback-hosts.ts";

const hosts = new CallbackHosts({
  hosts: "ci.example.com, *.example.org, hooks.example.com:8443, localhost, 127.0.0.1, [::1], 10.1.2.3",
  privateHosts: "ci.intern:9000",
});
const isAllowed = (url: string): boolean => {
  try {
    hosts.require(url);
    return true;
  } catch {
    return false;
  }
};

it.each([
  "https://ci.example.com/done?x=1",
  "http://ci.example.com/",
  "https://ci.example.com:443/",
  "https://CI.EXAMPLE.COM./",
  "https://a.example.org/",
  "https://a.b.example.org/",
  "https://hooks.example.com:8443/",
  "http://ci.intern:9000/",
])("lets runs be posted to %s", (url) => expect(isAllowed(url)).toBe(true));

it.each([
  "https://example.com/",
  "https://ci.example.com:8443/",
  "https://evil-ci.example.com/",
  "https://ci.example.com.evil.net/",
  "https://example.org/",
  "https://evilexample.org/",
  "https://hooks.example.com/",
  "https://user:pass@ci.example.com/",
  "https://ci.example.com@evil.net/",
  "https://evil.net/#ci.example.com",
  "http://ci.intern/",
  "ftp://ci.example.com/",
  "file:///etc/passwd",
  "https://",
  "no url",
])("lets nothing be posted to %s", (url) => expect(isAllowed(url)).toBe(false));

it("allows nothing unless something is allowed", () => {
  const none = new CallbackHosts({ hosts: "", privateHosts: "" });
  expect(() => none.require("https://ci.example.com/")).toThrow(
    expect.objectContaining({ code: "callback-not-allowed" }) as Error,
  );
});

it.each(["*", "*example.org", "https://ci.example.com", "a/b", "a b"])("refuses %s as a setting", (hosts) => {
  expect(() => new CallbackHosts({ hosts, privateHosts: "" })).toThrow("no host for callbacks");
});

it.each([
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "127.0.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "192.168.1.1",
  "192.0.2.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "ff02::1",
])("takes %s for no public address", (address) => expect(isPublic(address)).toBe(false));

it.each(["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111"])("takes %s for a public address", (address) =>
  expect(isPublic(address)).toBe(true),
);

it("finds no address for a host that is one of this machine's own, by name or by number", async () => {
  for (const url of [
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://10.1.2.3/",
    "http://0x7f000001/",
    "http://2130706433/",
  ])
    expect(hosts.lookupFor(url)).toBeUndefined();
  const lookup = hosts.lookupFor("http://localhost/");
  const found = await new Promise<unknown>((resolve) => {
    lookup?.("localhost", { all: true }, (error, addresses: string | LookupAddress[]) => resolve(error ?? addresses));
  });
  expect(found).toBeInstanceOf(Error);
});
