// `npm run compose -- ARGS`: docker compose, on a machine that may have neither its plugin nor a registry to pull from.
import { prepareMachine } from "./prepare/machine.ts";
import { composeForPerson, composeSettings } from "./stack/compose.ts";

const { engine, baseImage } = await prepareMachine({ compose: true });
if (!engine.available || !baseImage) {
  console.error("The stack in containers needs a Docker engine and an image to begin with; see above.");
  process.exit(1);
}
// Ctrl-C is docker compose's to handle: it stops the containers, and then we end with it.
process.on("SIGINT", () => {});
const args = process.argv.slice(2);
const turn = [...args, process.env["COMPOSE_PROFILES"] ?? ""].some((word) =>
  /^(--profile=)?(\w+,)*turn(,\w+)*$/.test(word),
);
const code = await composeForPerson(args, await composeSettings(baseImage, turn));
await engine.close();
process.exit(code);
