import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { fakeDevices, launchBrowser } from "@greenroom/shared/testing/browser.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { ownAddress } from "../../../scripts/stack/own-address.ts";
import { chooseMediaPort } from "../../../scripts/stack/ports.ts";
import { TurnServer } from "../../../scripts/stack/testing/turn-server.ts";
import { type Blocked, type CallPage, enterCaller, type Way } from "./support/call-page.ts";
import { type House, openHouse, withoutRuns } from "./support/house.ts";
import { Network } from "./support/network.ts";

type Caller = Awaited<ReturnType<typeof enterCaller>>;

/** Pictures stand still for so long only when the network is to blame, in milliseconds. */
const noticedMs = 600;
const withoutFirewall = "only a firewall can swallow what goes over one port and let through the next";

describe("a call on networks that change and forbid", () => {
  const owned = new AsyncDisposableStack();
  let browser: Browser;
  let network: Network;
  let ada: Caller;
  let cleo: Caller;
  let house: House;
  /** Names the relay to the media service, whenever that starts. */
  let relayFile: string;

  const calls = (): CallPage[] => [ada.call, cleo.call];
  const ways = async () => (await Promise.all(calls().map((call) => call.ways()))).flat();

  /** Of both, in both directions. */
  const untilWays = async (wanted: string, name: (way: Way) => string): Promise<void> => {
    const names = async () => (await ways()).map(name).join(" ");
    await until(`ways are ${wanted}`, async () => (await names()) === wanted, { seen: names });
  };

  /** Does something to the network, and waits until both see each other again. */
  const standstill = async (what: string, happens: () => Promise<void>): Promise<void> => {
    const watches = await Promise.all(calls().map((call) => call.watchStandstill()));
    await happens();
    const untilMoved = (watch: (typeof watches)[number]) =>
      until(
        "pictures stood still and move again",
        async () => {
          const { longest, present } = await watch();
          return longest > noticedMs && present < noticedMs / 2 && longest;
        },
        { withinMs: 30_000, everyMs: 50, seen: watch },
      );
    const seconds = (await Promise.all(watches.map(untilMoved))).map((ms) => `${(ms / 1000).toFixed(1)} s`);
    process.stdout.write(`${what} → each sees the other again: ${seconds.join(", ")}\n`);
  };

  /** Ada and Cleo, in the middle of their call, are left nothing but what this lets through. */
  const leaveOnly = async (what: string, blocked: Blocked): Promise<void> => {
    if (network.hasFirewall) return await standstill(what, () => network.block(blocked, []));
    await network.block(blocked, calls());
    for (const call of calls()) {
      await call.control("Hang up").click();
      await call.join("Join with camera");
    }
    for (const call of calls()) await call.untilReceived(1);
  };

  /** What the room says of the way that a call takes. */
  const untilTold = async ({ call, page }: Caller, words: string | RegExp): Promise<void> => {
    await call.control("Devices and path").click();
    await page.getByRole("dialog", { name: "Devices and path" }).getByText(words).waitFor();
    await page.keyboard.press("Escape");
  };

  /** Leaves the call and comes again: the lobby says by which way. */
  const joinAnew = async ({ call }: Caller, words: string | RegExp): Promise<void> => {
    await call.control("Hang up").click();
    await call.openLobby();
    await call.lobby.getByText(words).waitFor();
    await call.join("Join with camera");
    for (const each of calls()) await each.untilReceived(1);
  };

  const enter = async (sessionId: string, name: string, role: "interviewer" | "candidate"): Promise<Caller> =>
    await enterCaller(browser, {
      link: await house.invite(sessionId, role),
      name,
      width: 1000,
      height: 640,
      // A relay and a call's pictures keep a small machine busy.
      prepare: async (context) => context.pages().forEach((page) => page.setDefaultTimeout(40_000)),
    });

  beforeAll(async () => {
    // The one address that the relay passes anything on to.
    const address = ownAddress();
    const relay = await TurnServer.create({ address });
    owned.defer(() => relay.close());
    const folder = mkdtempSync(join(tmpdir(), "greenroom-relay-"));
    owned.defer(() => rmSync(folder, { recursive: true }));
    relayFile = join(folder, "turn-urls");
    writeFileSync(relayFile, relay.urls);
    const media = await chooseMediaPort(0, 1);
    house = await openHouse({
      services: [...withoutRuns, "media"],
      env: {
        MEDIA_PORT: String(media),
        MEDIA_ANNOUNCED_ADDRESSES: address,
        TURN_URLS_FILE: relayFile,
        TURN_SECRET: relay.secret,
      },
    });
    owned.defer(() => house.close());
    network = await Network.create({ media, turn: relay.port, gateway: house.stack.ports.gateway });
    owned.defer(() => network.close());
    browser = await launchBrowser(fakeDevices);
    owned.defer(() => browser.close());
    const sessionId = await house.createSession();
    ada = await enter(sessionId, "Ada", "interviewer");
    cleo = await enter(sessionId, "Cleo", "candidate");
    for (const call of calls()) await call.join("Join with camera");
    for (const call of calls()) await call.untilReceived(1);
  }, 120_000);

  afterAll(() => owned.disposeAsync());

  it("[V7] goes on over other ports when nothing comes over the present ones", async ({ skip }) => {
    skip(!network.hasFirewall, withoutFirewall);
    await untilWays("udp udp udp udp", ({ protocol }) => protocol);
    const before = await ways();
    await standstill("a call's ports cut", () => network.cut({ signalling: false }));
    const former = before.map(({ port }) => port);
    const after = async () => (await ways()).filter(({ port }) => !former.includes(port));
    await until("both ways of both go over other ports", async () => (await after()).length === 4, { seen: ways });
    await network.block("none", calls());
  });

  it("[V7] is joined anew when everything that was connected is cut off, as when one network is left for another", async ({
    skip,
  }) => {
    skip(!network.hasFirewall, withoutFirewall);
    await standstill("all connections cut", () => network.cut({ signalling: true }));
    await network.block("none", calls());
  });

  it("goes on over TCP where UDP is blocked, and says so", async () => {
    await leaveOnly("UDP blocked", "udp");
    await untilWays("tcp tcp tcp tcp", ({ protocol }) => protocol);
    await untilTold(ada, "over TCP, because this network lets no UDP through");
    await joinAnew(cleo, "over TCP, because this network lets no UDP through");
  });

  it("goes over the relay where nothing goes straight through, and says so", async () => {
    await leaveOnly("all but the relay blocked", "straight");
    await untilWays("relay relay relay relay", ({ kind }) => kind);
    await untilTold(ada, /over the relay \(TURN.* because this network lets nothing straight through/);
    await joinAnew(cleo, /over the relay \(TURN/);
  });

  it("says what was tried and what to do where nothing comes through, with a relay and without", async () => {
    const { call } = cleo;
    for (const each of calls()) await each.control("Hang up").click();
    await network.block("all", [call]);
    await call.openLobby();
    await call.lobby.getByText("UDP and TCP to the media server were tried, and the relay (TURN) too").waitFor();
    writeFileSync(relayFile, "");
    house.stack.kill("media", "SIGKILL");
    await house.stack.restarted("media");
    await call.lobby.getByRole("button", { name: "Join with camera" }).click();
    await call.dock.getByText("UDP and TCP to the media server were tried, and this server has no relay").waitFor();
    await call.dock.getByText("or add a relay").waitFor();
    await call.control("Try again").waitFor();
  });
});
