import { expect, it } from "vitest";
import { candidatesAt, listenInfos, readAddresses } from "./addresses.ts";

const read = (announced: string, listen?: string) =>
  readAddresses({
    MEDIA_ANNOUNCED_ADDRESSES: announced,
    ...(listen === undefined ? {} : { MEDIA_LISTEN_ADDRESSES: listen }),
  });
const candidate = {
  foundation: "udpcandidate",
  priority: 1_000,
  ip: "203.0.113.5",
  address: "203.0.113.5",
  protocol: "udp",
  port: 44_444,
  type: "host",
} as const;

it("listens on all of IPv4, and on IPv6 where an address of it is announced", () => {
  expect(read("203.0.113.5, 10.0.0.5").listen).toEqual(["0.0.0.0"]);
  expect(read("203.0.113.5,2001:db8::5").listen).toEqual(["0.0.0.0", "::"]);
  expect(read("203.0.113.5", "10.0.0.5").listen).toEqual(["10.0.0.5"]);
  expect(() => read("203.0.113.5", "eth0")).toThrow("eth0 is no IP address");
});

it("announces this machine's own addresses unless told others", () => {
  const { announced } = read("");
  expect(announced).toContain("127.0.0.1");
  expect(announced.some((address) => address.startsWith("fe80"))).toBe(false);
});

it("listens with UDP and TCP at each address, and announces one of its family", () => {
  const infos = listenInfos(read("call.example.com,203.0.113.5,2001:db8::5"), 44_444);
  const announcedAddress = "2001:db8::5";
  expect(infos.map(({ protocol, ip, announcedAddress }) => [protocol, ip, announcedAddress])).toEqual([
    ["udp", "0.0.0.0", "call.example.com"],
    ["tcp", "0.0.0.0", "call.example.com"],
    ["udp", "::", announcedAddress],
    ["tcp", "::", announcedAddress],
  ]);
  expect(infos.map(({ flags }) => flags?.ipv6Only)).toEqual([undefined, undefined, true, true]);
});

it("gives a browser every announced address of a candidate's family, the first one first", () => {
  const { announced } = read("203.0.113.5,10.0.0.5,2001:db8::5");
  const made = candidatesAt(announced, [candidate, { ...candidate, protocol: "tcp", tcpType: "passive" }]);
  expect(made.map(({ protocol, address, port }) => `${protocol} ${address}:${port}`)).toEqual([
    "udp 203.0.113.5:44444",
    "udp 10.0.0.5:44444",
    "tcp 203.0.113.5:44444",
    "tcp 10.0.0.5:44444",
  ]);
  expect(made[0]!.priority).toBeGreaterThan(made[1]!.priority);
  const v6 = candidatesAt(announced, [{ ...candidate, address: "2001:db8::5", ip: "2001:db8::5" }]);
  expect(v6.map(({ address }) => address)).toEqual(["2001:db8::5"]);
});
