import ipaddr from "ipaddr.js";

/** Whose calls count together: an IPv6 subscriber owns a /64 at least, so that is one address; an IPv4 one is itself. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
