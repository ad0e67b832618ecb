import { isIPv6 } from "node:net";

/** Whose attempts count together: an IPv6 subscriber owns a /64 at least, so that is one address; an IPv4 one is itself. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  // The URL parser writes an address in its one canonical form (RFC 5952); a zone is this machine's own matter.
  const canonical = new URL(`http://[${address.replace(/%.*/, "")}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical.split("::").map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  const groups = [...head, ...zeros, ...tail];
  const isIPv4 = groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
  return isIPv4 ? canonical : `${groups.slice(0, 4).join(":")}::/64`;
}
