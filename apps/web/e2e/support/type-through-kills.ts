import type { Browser } from "playwright-core";
import { until } from "@greenroom/shared/testing/until.ts";
import type { House } from "./house.ts";
import { enterRoom, type RoomPage } from "./room-page.ts";

export interface KillReport {
  readonly kills: number;
  /** Kills after which all pages showed the same text as the database, with every character typed. */
  readonly survived: number;
  /** Characters typed in a living browser that are not in the database in the end. */
  readonly lostCharacters: number;
  /** How many different texts the pages and the database have in the end. */
  readonly texts: number;
}

interface Typist {
  readonly room: RoomPage;
  /** What this person has typed, and nobody else can have: counted numbers behind a letter of their own. */
  readonly typed: string[];
}

const letters = ["a", "b", "c"] as const;

/**
 * Three people type, each on a line of their own, while the process that owns their room, or the one they come through,
 * is killed with SIGKILL again and again. After each kill they stop and all must have the same text, the database's, with every character typed.
 */
export async function typeThroughKills(options: {
  house: House;
  browser: Browser;
  kills: number;
  /** Whose process is killed; the one that owns the room unless it is said. */
  victim?: "session" | "gateway";
  /** Where a typist's browser goes instead of the invite's link. */
  linkFor?: (link: string, typist: number) => string;
  onKill?: (kill: number, survived: boolean) => void;
}): Promise<KillReport> {
  const { house, kills, victim = "session" } = options;
  const sessionId = await house.createSession();
  const typists = await seat(options, sessionId);
  let survived = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const typing = Promise.all(typists.map((typist, index) => typeWords(typist, letters[index] ?? "z", 12)));
    // In the middle of it: some operations are on their way up, some on their way to Postgres, some on their way down.
    await until("somebody typed", () => typists.some(({ typed }) => typed.length % 12 >= 3), { everyMs: 2 });
    house.stack.kill(victim, "SIGKILL");
    await Promise.all([typing, house.stack.restarted(victim)]);
    const converged = await isConverged(house, sessionId, typists).catch(() => false);
    if (converged) survived += 1;
    options.onKill?.(kill, converged);
  }
  return await report(house, sessionId, typists, { kills, survived });
}

async function seat(
  options: { house: House; browser: Browser; linkFor?: (link: string, typist: number) => string },
  sessionId: string,
): Promise<Typist[]> {
  const { house, browser, linkFor = (invited) => invited } = options;
  const link = await house.invite(sessionId, "candidate");
  const interviewerLink = await house.invite(sessionId, "interviewer");
  const typists: Typist[] = [];
  for (const [index, letter] of letters.entries()) {
    const entering = { link: linkFor(index === 0 ? interviewerLink : link, index), name: `Typist ${letter}` };
    const { room } = await enterRoom(browser, { ...entering, height: 1000 });
    typists.push({ room, typed: [] });
  }
  const [first] = typists;
  await first?.room.replaceAll("# a:\n# b:\n# c:\n");
  for (const { room } of typists)
    await room.untilText("the lines to type on", (text) => text.startsWith("# a:\n# b:\n# c:"));
  for (const [index, { room }] of typists.entries()) {
    await room.press("ControlOrMeta+Home");
    for (let line = 0; line < index; line++) await room.press("ArrowDown");
    await room.press("End");
  }
  return typists;
}

async function typeWords({ room, typed }: Typist, letter: string, words: number): Promise<void> {
  for (let word = 0; word < words; word++) {
    const text = `${letter}${typed.length}`;
    await room.page.keyboard.type(` ${text}`, { delay: 8 });
    typed.push(text);
  }
}

/** Each line of the database must be exactly what its typist typed, in order, once. */
function lineOf(text: string, index: number): string {
  return text.split("\n")[index] ?? "";
}

function expectedLine({ typed }: Typist, letter: string): string {
  return [`# ${letter}:`, ...typed].join(" ");
}

async function isConverged(house: House, sessionId: string, typists: readonly Typist[]): Promise<boolean> {
  await Promise.all(typists.map(({ room }) => room.saved(30_000)));
  return await until(
    "the database has every character",
    async () => {
      const text = await house.savedText(sessionId);
      return (
        text !== undefined &&
        typists.every((typist, index) => lineOf(text, index) === expectedLine(typist, letters[index] ?? "z"))
      );
    },
    { withinMs: 10_000, everyMs: 100 },
  );
}

async function report(
  house: House,
  sessionId: string,
  typists: readonly Typist[],
  counted: { kills: number; survived: number },
): Promise<KillReport> {
  await isConverged(house, sessionId, typists).catch(() => false);
  const database = (await house.savedText(sessionId)) ?? "";
  const lost = typists.map((typist, index) => {
    const line = new Set(lineOf(database, index).split(" "));
    return typist.typed.filter((word) => !line.has(word)).reduce((sum, word) => sum + word.length, 0);
  });
  const pages = await Promise.all(typists.map(async ({ room }) => await room.wholeText()));
  return {
    ...counted,
    lostCharacters: lost.reduce((sum, count) => sum + count, 0),
    texts: new Set([...pages, database]).size,
  };
}
