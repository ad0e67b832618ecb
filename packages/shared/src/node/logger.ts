import { pino, type Logger } from "pino";

export type { Logger };

/** One JSON line per event on stdout. What could be a secret is cut out wherever somebody logs it by mistake. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    base: { service },
    level,
    redact: {
      paths: ["req.headers.authorization", "req.headers.cookie", "*.password", "*.accessToken", "*.secret", "*.invite"],
      censor: "[redacted]",
    },
  });
}
