import { networkInterfaces } from "node:os";

/** An address of this machine that its containers reach, too: at least the engine has given it one. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = all.find(({ family, internal }) => family === "IPv4" && !internal);
  if (!own) throw new Error("This machine has no IPv4 address but the loopback's.");
  return own.address;
}
