import { expect, it } from "vitest";

import { engineAvailable } from "./docker.ts";

it("finds the engine that tests of this kind need", async () => {
  expect(await engineAvailable()).toMatchObject({ available: true });
});
