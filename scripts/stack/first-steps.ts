import { urlOf } from "./services.ts";
import type { Stack } from "./stack.ts";

/** On a Greenroom that has no administrator yet, prints how to make one; the only place that shows the setup code. */
export async function printFirstSteps(stack: Stack): Promise<void> {
  const response = await fetch(`${urlOf(stack.ports, "auth")}/api/auth/setup`, { signal: AbortSignal.timeout(5_000) });
  // The auth service's own answer (shared/api).
  const { needsSetup } = (await response.json()) as { needsSetup: boolean };
  if (!needsSetup) return;
  console.log("\nThere is no administrator yet. Whoever registers first with this code becomes one:");
  console.log(`  1. Open ${stack.url}/setup`);
  console.log(`  2. Enter the setup code ${stack.setupCode}, an e-mail address and a password.`);
}
