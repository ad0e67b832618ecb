import { fileURLToPath } from "node:url";

import { configDefaults, defineConfig } from "vitest/config";

const testing = (file: string) => fileURLToPath(new URL(`packages/shared/src/testing/${file}`, import.meta.url));

// A test file's suffix says what it needs: .test.ts nothing, .pg.test.ts Postgres, .redis.test.ts Redis, .docker.test.ts
// a Docker engine, .e2e.test.ts browsers and the whole stack. Select by it: `vitest run .pg.test`.
export default defineConfig({
  test: {
    include: ["{packages,services,apps}/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "**/dist/**"],
    environment: "node",
    pool: "forks",
    runner: testing("vitest-runner.ts"),
    globalSetup: testing("shared-postgres.ts"),
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
