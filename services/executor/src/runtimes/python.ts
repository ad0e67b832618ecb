import type { Runtime } from "./runtime.ts";

export const python: Runtime = {
  family: "python",
  run: (program) => ({
    argv: ["/usr/bin/python3", program.entry, ...program.arguments],
    // Unbuffered: what is printed is seen at once. No bytecode: /work is the candidate's.
    environment: { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
  }),
  ownThreads: 0,
  outOfMemory: [{ exitCode: 1, stderr: "MemoryError" }],
};
