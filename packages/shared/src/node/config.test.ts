import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import { expect, it, onTestFinished } from "vitest";
import { commonConfig, loadConfig } from "./config.ts";

const Config = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({ minimum: 1, maximum: 65535, default: 3000 }),
  DATABASE_URL: Type.String({ minLength: 1 }),
  SECRET: Type.String({ minLength: 16 }),
  EXTRA: Type.Optional(Type.String()),
});
const good = { DATABASE_URL: "postgres://x", SECRET: "sixteen letters!" };

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "value"), text);
  return join(folder, "value");
}

it("takes settings as text and numbers, fills in what has a default, and leaves others' alone", () => {
  expect(loadConfig(Config, { ...good, PORT: "8080", PATH: "/bin" })).toEqual({
    ...good,
    PORT: 8080,
    HOST: "127.0.0.1",
    LOG_LEVEL: "info",
  });
});

it("treats an empty setting as an absent one", () => {
  expect(loadConfig(Config, { ...good, PORT: "", EXTRA: "" })).toMatchObject({ PORT: 3000 });
  expect(() => loadConfig(Config, { ...good, SECRET: "" })).toThrow("SECRET");
});

it("reads NAME_FILE where NAME is absent or empty, without the line's end", () => {
  const SECRET_FILE = fileWith("a secret out of a file\n");
  const { DATABASE_URL } = good;
  expect(loadConfig(Config, { DATABASE_URL, SECRET_FILE }).SECRET).toBe("a secret out of a file");
  expect(loadConfig(Config, { DATABASE_URL, SECRET: "", SECRET_FILE }).SECRET).toBe("a secret out of a file");
  expect(loadConfig(Config, { ...good, SECRET_FILE }).SECRET).toBe(good.SECRET);
});

it("names every problem in one message, and no value", () => {
  const environment = { PORT: "abc", SECRET: "hunter2", DATABASE_URL_FILE: "/nowhere/at/all", LOG_LEVEL: "loud" };
  const problemsOf = (): string => {
    try {
      loadConfig(Config, environment);
      return "";
    } catch (error) {
      return String(error);
    }
  };
  const problems = problemsOf();
  for (const name of ["PORT", "SECRET", "DATABASE_URL_FILE", "LOG_LEVEL"]) expect(problems).toContain(name);
  expect(problems).not.toContain("hunter2");
});
