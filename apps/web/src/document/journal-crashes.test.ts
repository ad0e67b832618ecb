import { describe, expect, it } from "vitest";
import { runWorld } from "./crashing-browsers.ts";

const seeds = Array.from({ length: 100 }, (_, index) => index + 1);

describe("two people whose browsers crash at any moment", () => {
  it.each(seeds)("[J1] [J4] lose nothing that was kept and write nothing twice (seed %i)", async (seed) => {
    const { server, people, maybeDeleted } = await runWorld(seed);
    const { text } = server.reference;
    const deleted = new Set(people.flatMap((person) => [...person.deleted]));
    expect([...text].length).toBe(new Set(text).size);
    for (const { typed, page, shown } of people) {
      for (const point of typed) if (!deleted.has(point) && !maybeDeleted.has(point)) expect(text).toContain(point);
      expect([...shown.values()].join("")).toBe("");
      expect(page.client.text).toBe(text);
      expect(page.client.isSynchronised).toBe(true);
    }
    for (const point of deleted) expect(text).not.toContain(point);
  });

  it.each(seeds)("[D4] [D6] nor when its process is killed and it refuses what comes late (seed %i)", async (seed) => {
    const { server, people, maybeDeleted } = await runWorld(seed, { refusals: 0.1, kills: 0.02 });
    const { text } = server.reference;
    const deleted = new Set(people.flatMap((person) => [...person.deleted]));
    expect([...text].length).toBe(new Set(text).size);
    for (const { typed, page, shown } of people) {
      const seen = text + [...shown.values()].join("");
      for (const point of typed) if (!deleted.has(point) && !maybeDeleted.has(point)) expect(seen).toContain(point);
      expect(page.client.text).toBe(text);
    }
  });

  it.each(seeds)("[J7] [J8] nor when it remembers only a little besides (seed %i)", async (seed) => {
    const { server, people, maybeDeleted } = await runWorld(seed, { keep: 6, refusals: 0.1, kills: 0.02 });
    const { text } = server.reference;
    const deleted = new Set(people.flatMap((person) => [...person.deleted]));
    expect([...text].length).toBe(new Set(text).size);
    for (const { typed, page, shown } of people) {
      const seen = text + [...shown.values()].join("");
      for (const point of typed) if (!deleted.has(point) && !maybeDeleted.has(point)) expect(seen).toContain(point);
      expect(page.client.text).toBe(text);
    }
  });
});
