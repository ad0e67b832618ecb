/** Pino's numbers: 30 info, 40 warn, 50 error, 60 fatal. */
export interface LogLine {
  /** A service's name, or "stack". */
  readonly source: string;
  readonly level: number;
  readonly text: string;
}

interface PinoLine {
  readonly level?: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string } | string;
}

/** A line that a service printed: pino's JSON, or as it is (a crash's stack trace), which then is a warning. */
export function readLogLine(source: string, line: string): LogLine {
  if (!line.startsWith("{")) return { source, level: 40, text: line };
  try {
    // Whatever is not there is left out below.
    const { level = 30, msg = "", err } = JSON.parse(line) as PinoLine;
    const cause = typeof err === "string" ? err : err?.message;
    return { source, level, text: cause && cause !== msg ? `${msg}: ${cause}` : msg };
  } catch {
    return { source, level: 40, text: line };
  }
}

const names: Readonly<Record<number, string>> = { 30: "info", 40: "warning", 50: "error", 60: "fatal" };

/** For people: "session warning: Redis is out of reach". */
export function printLogLine({ source, level, text }: LogLine): void {
  console.log(`${source} ${names[level] ?? level}: ${text}`);
}
