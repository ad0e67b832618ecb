import { isIP, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { types } from "mediasoup";
import type { MediaConfig } from "./config.ts";

/** Where Workers listen, and where browsers are told to find them. */
export interface Addresses {
  readonly listen: readonly string[];
  readonly announced: readonly string[];
}

/** The parts of a setting with commas. */
export const readList = (setting: string | undefined): string[] =>
  (setting ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Throws where an address to listen on is none. */
export function readAddresses(
  config: Pick<MediaConfig, "MEDIA_LISTEN_ADDRESSES" | "MEDIA_ANNOUNCED_ADDRESSES">,
): Addresses {
  const told = readList(config.MEDIA_ANNOUNCED_ADDRESSES);
  const announced = told.length > 0 ? told : ownAddresses();
  const listen = readList(config.MEDIA_LISTEN_ADDRESSES);
  const wrong = listen.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw new Error(`MEDIA_LISTEN_ADDRESSES: ${wrong} is no IP address.`);
  if (listen.length === 0) listen.push(...(announced.some(isIPv6) ? ["0.0.0.0", "::"] : ["0.0.0.0"]));
  return { listen, announced };
}

/** What this machine is called in its networks, and by itself; networks of containers are nobody's way in. */
function ownAddresses(): string[] {
  const own = Object.entries(networkInterfaces())
    .filter(([name]) => !/^(docker|br-|veth)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    // Addresses of one link, and those of version 6 that are for this machine alone, lead nowhere in a browser.
    .filter(({ address, family, internal }) => family === "IPv4" || (!internal && !address.startsWith("fe80")));
  return own.sort((a, b) => Number(a.internal) - Number(b.internal)).map(({ address }) => address);
}

/** What a Worker's one server listens on: UDP and TCP at each address, on one port. */
export function listenInfos({ listen, announced }: Addresses, port: number): types.TransportListenInfo[] {
  return listen.flatMap((ip) => {
    const announcedAddress = announced.find((address) => isIPv6(address) === isIPv6(ip));
    return (["udp", "tcp"] as const).map((protocol) => ({
      protocol,
      ip,
      port,
      ...(announcedAddress === undefined ? {} : { announcedAddress }),
      ...(isIPv6(ip) ? { flags: { ipv6Only: true } } : {}),
    }));
  });
}

/**
 * A transport's candidates at every announced address of their family. A Worker knows one for each address it listens
 * on, but answers whoever reaches it: inside of a network and outside, the same port has different addresses.
 */
export function candidatesAt(
  announced: readonly string[],
  candidates: readonly types.IceCandidate[],
): types.IceCandidate[] {
  const all = candidates.flatMap((candidate) =>
    announced
      .filter((address) => isIPv6(address) === isIPv6(candidate.address))
      .map((address, index) => ({
        ...candidate,
        address,
        ip: address,
        foundation: `${candidate.foundation}${index}`,
        priority: candidate.priority - index,
      })),
  );
  const key = ({ protocol, address, port }: types.IceCandidate): string => `${protocol} ${address} ${port}`;
  return [...new Map(all.map((candidate) => [key(candidate), candidate])).values()];
}
