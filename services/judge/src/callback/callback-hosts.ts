import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { ApiError } from "@greenroom/shared/api/error.ts";
import ipaddr from "ipaddr.js";

interface Host {
  /** "ci.example.com", or ".example.org" for all below it. */
  readonly name: string;
  /** Null for the scheme's own. */
  readonly port: string | null;
  /** Whether its address may be one of a private network. */
  readonly isPrivate: boolean;
}

function parse(setting: string, isPrivate: boolean): Host[] {
  const entries = setting.split(",").map((entry) => entry.trim().toLowerCase());
  return entries
    .filter((entry) => entry !== "")
    .map((entry) => {
      const parts = /^(\*)?([^*:/@\s]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/.exec(entry);
      const name = parts?.[2];
      if (!name || (parts[1] && !name.startsWith("."))) throw new Error(`"${entry}" is no host for callbacks.`);
      return { name, port: parts[3] ?? null, isPrivate };
    });
}

/** Whether anybody on the internet may have this address, and none of our neighbours, this machine or a cloud's services. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** Where ended runs may be posted to. */
export class CallbackHosts {
  readonly #hosts: readonly Host[];

  constructor(settings: { hosts: string; privateHosts: string }) {
    this.#hosts = [...parse(settings.hosts, false), ...parse(settings.privateHosts, true)];
  }

  /** Throws ApiError "callback-not-allowed" unless it may be posted to; its address is looked at when that happens. */
  require(url: string): void {
    if (!this.#find(url))
      throw new ApiError("callback-not-allowed", "This installation does not call back that host: see CALLBACK_HOSTS.");
  }

  /**
   * How the address of a URL's host is found: it fails for one that must not be reached. The connection is made to the
   * very address that was looked at.
   *
   * @returns undefined when the URL itself is not allowed
   */
  lookupFor(url: string): LookupFunction | undefined {
    const host = this.#find(url);
    if (!host) return undefined;
    const literal = new URL(url).hostname.replace(/^\[|\]$/g, "");
    if (ipaddr.isValid(literal) && !host.isPrivate && !isPublic(literal)) return undefined;
    return (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        const hidden = addresses?.find(({ address }) => !host.isPrivate && !isPublic(address));
        const [first] = addresses ?? [];
        if (error || hidden || !first)
          callback(error ?? new Error("The host has an address that must not be called."), "", 0);
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };
  }

  #find(text: string): Host | undefined {
    if (!URL.canParse(text)) return undefined;
    const { protocol, hostname, port, username, password } = new URL(text);
    if ((protocol !== "http:" && protocol !== "https:") || username || password) return undefined;
    // A dot at the end names the same host.
    const name = hostname.toLowerCase().replace(/\.$/, "");
    return this.#hosts.find(
      (host) =>
        (host.name.startsWith(".") ? name.endsWith(host.name) : name === host.name) &&
        (port || null) === (host.port === null ? null : standard(protocol, host.port)),
    );
  }
}

/** A URL does not name the port that its scheme has anyway. */
function standard(protocol: string, port: string): string | null {
  return (protocol === "https:" && port === "443") || (protocol === "http:" && port === "80") ? null : port;
}
