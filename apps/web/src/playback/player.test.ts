import { describe, expect, it } from "vitest";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import { ada, began, cleo, id, MadeLog, program, randomLog } from "./made-log.ts";
import { extentOf, interview, open, settled } from "./player-rig.ts";
import { speeds } from "./player-state.ts";

describe("seeking", () => {
  it("to a number shows what the log came to there, forwards and backwards", async () => {
    const log = randomLog(1, 3_500);
    const { player, number } = open(log);
    for (const wanted of [2_700, 2_699, 12, 3_500, 1_000, 1_001, 0]) {
      await player.seek({ number: wanted });
      expect(number()).toBe(wanted);
      expect(player.shown.get().state).toEqual(log.states[wanted]);
    }
  });

  it("to an instant shows all that had happened by then", async () => {
    const log = interview();
    const { player, textShown, elapsed } = open(log);
    await player.seek({ at: began + 1_000 + 500 });
    expect(textShown()).toBe("print");
    expect(elapsed()).toBe(1_500);
    await player.seek({ at: began + 1_000 + 499 });
    expect(textShown()).toBe("prin");
    await player.seek({ at: began + 10_000_000 });
    expect(textShown()).toBe("print('one')\n#2\n#3");
    expect(player.position.get()).toBe(log.until);
    await player.seek({ at: 0 });
    expect(elapsed()).toBe(0);
    expect(player.shown.get().state).toEqual(log.states[3]);
  });

  it("to an instant at which much happened shows all of it, over the end of a block as well", async () => {
    const log = new MadeLog().open();
    log.type(ada, "x".repeat(990), 10);
    for (let index = 0; index < 10; index++) log.write(0, cleo, ["y"]);
    log.type(ada, "z".repeat(5), 10);
    const { player, number } = open(log);
    const at = log.events[999]?.at ?? 0;
    await player.seek({ number: 1_004 });
    await player.seek({ number: 990 });
    await player.seek({ at });
    expect(number()).toBe(1_005);
    player.scrub(at - 1);
    expect(number()).toBe(994);
  });

  it("where one has been already asks the server for nothing, and folds no more than a block", async () => {
    const log = randomLog(2, 2_400);
    const { player, source } = open(log);
    await player.seek({ number: 1_900 });
    source.asked.length = 0;
    for (const wanted of [1_899, 1_400, 1_001, 1_950]) await player.seek({ number: wanted });
    expect(source.asked).toEqual([]);
  });

  it("never asks for more than a block at a time, however long the log", async () => {
    const log = randomLog(3, 8_000);
    const { player, source } = open(log);
    await player.seek({ number: 7_500 });
    await player.seek({ at: began + (log.until - began) / 2 });
    const events = source.asked.filter(({ what }) => what.startsWith("events"));
    expect(events.length).toBeLessThanOrEqual(4);
    for (const { what } of events) expect(Number(what.split("+")[1])).toBeLessThanOrEqual(1_000);
  });

  it("elsewhere gives up what was asked for before", async () => {
    const log = randomLog(4, 5_000);
    const { player, source, number } = open(log);
    let release = () => {};
    source.hold = new Promise((done) => (release = done));
    const first = player.seek({ number: 4_000 });
    const second = player.seek({ number: 2_000 });
    expect(source.asked[0]?.signal.aborted).toBe(true);
    expect(player.mode.get().isLoading).toBe(true);
    release();
    await Promise.all([first, second]);
    expect(number()).toBe(2_000);
    expect(player.mode.get().isLoading).toBe(false);
  });

  it("says why it could not be done, keeps what was shown, and can be tried again", async () => {
    const log = randomLog(5, 3_000);
    const { player, source, number } = open(log);
    await player.seek({ number: 100 });
    source.hold = Promise.reject(new Error("no network"));
    await player.seek({ number: 2_500 });
    expect(player.mode.get().failure).toEqual(new Error("no network"));
    expect(number()).toBe(100);
    source.hold = undefined;
    await player.seek({ number: 2_500 });
    expect(player.mode.get().failure).toBeUndefined();
    expect(number()).toBe(2_500);
  });

  it("that failed is done again by playing on from there", async () => {
    const log = randomLog(5, 3_000);
    const { player, source, clock, number } = open(log);
    await player.seek({ number: 100 });
    source.hold = Promise.reject(new Error("no network"));
    const at = log.events[2_000]?.at ?? 0;
    await player.seek({ at });
    expect(player.position.get()).toBe(at);
    source.hold = undefined;
    player.play();
    await clock.pass(200);
    expect(number()).toBeGreaterThan(2_000);
    expect(player.shown.get().state).toEqual(log.states[number()]);
  });
});

describe("the thumb", () => {
  it("shows at once what is in memory, and asks for one place at a time of the rest", async () => {
    const log = randomLog(6, 6_000);
    const { player, source, number } = open(log);
    await player.seek({ number: 500 });
    source.asked.length = 0;
    player.scrub(log.events[299]?.at ?? 0);
    expect(player.shown.get().state).toEqual(log.states[number()]);
    expect(log.events[number() - 1]?.at).toBe(log.events[299]?.at);
    expect(source.asked).toEqual([]);
    for (const passed of [2_000, 2_400, 2_800, 3_200]) player.scrub(log.events[passed]?.at ?? 0);
    expect(source.asked.length).toBe(1);
    await settled();
    await settled();
    expect(source.asked.length).toBe(2);
    expect(player.position.get()).toBe(log.events[3_200]?.at);
    expect(log.events[number() - 1]?.at).toBe(log.events[3_200]?.at);
  });

  it("gives up a slow request for where it was", async () => {
    const log = randomLog(7, 6_000);
    const { player, source, clock } = open(log);
    source.hold = new Promise(() => {});
    player.scrub(log.events[2_000]?.at ?? 0);
    player.scrub(log.events[2_500]?.at ?? 0);
    expect(source.asked.map(({ signal }) => signal.aborted)).toEqual([false]);
    await clock.pass(400);
    player.scrub(log.events[4_000]?.at ?? 0);
    expect(source.asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });
});

describe("playing", () => {
  it("folds one event after the other, by the clock and nothing else", async () => {
    const { player, clock, textShown, elapsed } = open(interview());
    await player.seek({ number: 5 });
    player.play();
    await clock.pass(500);
    expect(textShown()).toBe("print");
    expect(elapsed()).toBe(1_500);
    player.pause();
    await clock.pass(5_000);
    expect(textShown()).toBe("print");
  });

  it.each(speeds)("at speed %s covers that much of the session in a second", async (speed) => {
    const log = new MadeLog().open();
    log.type(ada, "x".repeat(400), 100);
    const { player, clock, elapsed } = open(log);
    await player.seek({ number: 5 });
    player.setSpeed(speed);
    player.play();
    await clock.pass(1_000);
    expect(elapsed()).toBe(1_000 + 1_000 * speed);
  });

  it("goes through an idle gap in half a second at any speed, and waits it out when asked to", async () => {
    const log = interview();
    const gapEnd = log.events.findIndex(({ kind }) => kind === "view");
    const before = gapEnd;
    for (const speed of [1, 4]) {
      const { player, clock, number, elapsed } = open(log);
      await player.seek({ number: before });
      player.setSpeed(speed);
      player.play();
      await clock.pass(400);
      expect(number()).toBe(before);
      expect(player.mode.get().gap).toEqual({ from: began + 2_200, until: began + 62_200 });
      await clock.pass(120);
      expect(number()).toBeGreaterThan(before);
      expect(player.mode.get().gap).toBeUndefined();
      player.setSkipsIdle(false);
      await player.seek({ number: before });
      player.setSpeed(1);
      await clock.pass(2_000);
      expect(number()).toBe(before);
      expect(elapsed()).toBe(4_200);
    }
  });

  it("takes wandering carets for no reason to wait", async () => {
    const log = new MadeLog().open();
    for (let second = 0; second < 60; second++)
      log.add(1_000, null, "carets", { carets: [{ participantId: ada, documentId: program, selections: [] }] });
    const last = log.write(0, ada, ["x"]);
    const { player, clock, number } = open(log);
    await player.seek({ number: 5 });
    player.play();
    await clock.pass(540);
    expect(number()).toBe(last);
  });

  it("makes up for no time in which the page was out of sight", async () => {
    const log = interview();
    const { player, clock, elapsed } = open(log);
    await player.seek({ number: 5 });
    player.play();
    const frame = clock.now();
    Object.defineProperty(clock, "now", { value: () => frame + 600_000 });
    await clock.pass(20);
    expect(elapsed()).toBeLessThanOrEqual(1_250);
  });

  it("fetches what comes next before it is needed, in order, and each block once", async () => {
    const log = new MadeLog().open();
    log.type(ada, "x".repeat(3_200), 40);
    const { player, source, clock, number } = open(log);
    await player.seek({ number: 5 });
    player.setSpeed(32);
    player.play();
    await clock.pass(3_000);
    expect(number()).toBeGreaterThan(2_000);
    expect(player.shown.get().state).toEqual(log.states[number()]);
    const events = source.asked.filter(({ what }) => what.startsWith("events")).map(({ what }) => what);
    expect(events).toEqual(["events 0+1000", "events 1000+1000", "events 2000+1000"]);
  });

  it("pauses at the end of a session that has ended, and begins anew when it is played from there", async () => {
    const log = interview();
    const { player, clock, elapsed } = open(log);
    await player.seek({ at: log.until - 100 });
    player.play();
    await clock.pass(200);
    expect(player.isAtEnd).toBe(true);
    expect(player.mode.get().isPlaying).toBe(false);
    player.play();
    await clock.pass(100);
    expect(elapsed()).toBe(100);
  });

  it("waits at the end of a live session, and goes on when it does", async () => {
    const log = interview();
    const { player, clock, number, textShown } = open(log, true);
    await player.seek({ at: log.until });
    player.play();
    await clock.pass(1_000);
    expect(player.mode.get().isPlaying).toBe(true);
    const before = number();
    log.type(cleo, "!!!");
    player.extend(extentOf(log, true));
    await clock.pass(400);
    expect(number()).toBe(before + 3);
    expect(textShown()?.endsWith("!!!")).toBe(true);
  });
});

describe("steps and jumps", () => {
  it("a step goes over what one person did in one go, and back over the same", async () => {
    const log = interview();
    const { player, textShown } = open(log);
    await player.seek({ number: 5 });
    const places: (string | undefined)[] = [];
    for (let step = 0; step < 3; step++) {
      await player.step(1);
      places.push(textShown());
    }
    expect(places).toEqual(["print('one')", "print('one')", "print('one')\n#2"]);
    await player.step(-1);
    await player.step(-1);
    expect(textShown()).toBe("print('one')");
    await player.step(-1);
    expect(textShown()).toBe("");
    expect(player.shown.get().state.number).toBe(5);
  });

  it("a step ends where somebody paused", async () => {
    const log = new MadeLog().open();
    log.type(ada, "one");
    log.write(1_001, ada, [3, " two"]);
    const { player, textShown } = open(log);
    await player.seek({ number: 5 });
    await player.step(1);
    expect(textShown()).toBe("one");
    await player.step(1);
    expect(textShown()).toBe("one two");
    await player.step(-1);
    expect(textShown()).toBe("one");
  });

  it("a jump to the next run comes to where it has ended, with its output", async () => {
    const log = interview();
    const { player } = open(log);
    const output = () =>
      player.shown
        .get()
        .state.runs.at(-1)
        ?.chunks.map(({ text }) => text)
        .join("");
    await player.seek({ number: 5 });
    await player.jumpToRun(1);
    expect(output()).toBe("one\n");
    expect(player.shown.get().state.runs.at(-1)?.run.state).toBe("ended");
    await player.jumpToRun(1);
    expect(output()).toBe("one again\n");
    await player.jumpToRun(1);
    expect(output()).toBe("one again\n");
    await player.jumpToRun(-1);
    expect(output()).toBe("one\n");
    await player.jumpToRun(-1);
    expect(output()).toBe("one\n");
    log.type(ada, "\n#4");
    player.extend(extentOf(log));
    await player.seek({ at: log.until });
    await player.jumpToRun(-1);
    expect(player.shown.get().state.number).toBe(log.head - 3);
    await player.goToRun({ runId: id("e", 2), number: extentOf(log).runs[1]?.number ?? 0 });
    expect(output()).toBe("one again\n");
  });

  it("a jump finds runs and steps in parts of the log that were not fetched yet", async () => {
    const log = new MadeLog().open();
    log.type(ada, "x".repeat(2_990), 40);
    log.run(1_000, 1, "far\n");
    log.type(ada, "y".repeat(900), 40);
    const { player, number } = open(log);
    await player.seek({ number: 5 });
    await player.jumpToRun(1);
    expect(number()).toBe(2_999);
    await player.step(-1);
    expect(number()).toBeLessThan(2_999);
    await player.jumpToRun(1);
    await player.step(1);
    expect(number()).toBe(log.head);
  });
});

it("after any seeks, plays, steps and jumps the state is what the log comes to up to there (seed 1 to 12)", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = randomFrom(seed);
    const log = randomLog(seed + 100, 2_600);
    const { player, clock, number } = open(log);
    for (let round = 0; round < 25; round++) {
      const chance = random();
      const at = Math.floor(began + random() * (log.until - began));
      if (chance < 0.3) await player.seek({ number: Math.floor(random() * (log.head + 1)) });
      else if (chance < 0.5) await player.seek({ at });
      else if (chance < 0.6) player.scrub(at);
      else if (chance < 0.7) await player.step(random() < 0.5 ? 1 : -1);
      else if (chance < 0.8) await player.jumpToRun(random() < 0.5 ? 1 : -1);
      else {
        player.setSpeed(speeds[Math.floor(random() * speeds.length)] ?? 1);
        player.play();
        await clock.pass(20 + Math.floor(random() * 30) * 20);
      }
      await settled();
      expect(player.shown.get().state, `seed ${seed}, round ${round}`).toEqual(log.states[number()]);
      const last = log.events[number() - 1];
      expect(last?.at ?? 0).toBeLessThanOrEqual(player.position.get());
    }
    player.close();
  }
}, 60_000);
