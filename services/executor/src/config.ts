import { commonConfig } from "@greenroom/shared/node/config.ts";
import { Type, type Static } from "typebox";

const optional = (description: string) => Type.Optional(Type.String({ description }));

export const ExecutorConfig = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({ default: 8083, minimum: 0, maximum: 65_535 }),
  REDIS_URL: Type.String({ minLength: 1 }),
  /** Runs at once. Each has a CPU's worth of quota, so more than the machine has CPUs makes none of them faster. */
  EXECUTOR_CONCURRENCY: Type.Integer({ default: 2, minimum: 1, maximum: 64 }),
  DOCKER_SOCKET: optional("where the engine listens; otherwise DOCKER_HOST, or the usual place"),
  /** What every sandbox image begins with: Debian trixie, from a registry or made by hand. */
  SANDBOX_BASE_IMAGE: Type.String({ default: "debian:trixie-slim" }),
  /** Languages to offer, separated by commas; all when it is not set. */
  SANDBOX_LANGUAGES: optional("python,javascript,typescript,c,cpp,java"),
  /** Of these, the languages whose images are made at the start; those of others are made when somebody wants them. */
  SANDBOX_PREPARE: Type.String({ default: "python,javascript,typescript,c,cpp,java" }),
  /** Tells installations that share an engine apart: each removes only its own sandboxes. */
  SANDBOX_LABEL: Type.String({ default: "greenroom", pattern: "^[a-zA-Z0-9_.-]{1,64}$" }),
  /** Sandboxes kept ready for each image, and all sandboxes together. */
  SANDBOX_WARM: Type.Integer({ default: 1, minimum: 0, maximum: 16 }),
  SANDBOX_MAX: Type.Integer({ default: 16, minimum: 2, maximum: 512 }),
  /** How long a session's sandbox waits for its next run. */
  SANDBOX_IDLE_SECONDS: Type.Integer({ default: 600, minimum: 1, maximum: 86_400 }),
  /** CPUs that one sandbox may use. */
  SANDBOX_CPUS: Type.Number({ default: 1, minimum: 0.1, maximum: 64 }),
  SANDBOX_RUNTIME: optional("a runtime of the engine other than its default"),
  HTTP_PROXY: optional("for building images"),
  HTTPS_PROXY: optional("for building images"),
  NO_PROXY: optional("for building images"),
});
export type ExecutorConfig = Static<typeof ExecutorConfig>;
