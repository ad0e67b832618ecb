// `npm run check`: types, lint with the house's import rules, format, unit tests. Needs no server and no engine.
import { runChecks } from "./testing/checks.ts";
import { runTests } from "./testing/run-tests.ts";

const failed = await runChecks();
const units = await runTests("Unit tests", { kinds: ["unit"] });
process.exit(failed.length + units.failures.length === 0 ? 0 : 1);
