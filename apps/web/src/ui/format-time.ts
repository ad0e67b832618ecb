const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** Instants are milliseconds since the epoch. */
export const formatInstant = (instant: number): string => dateAndTime.format(instant);
/** "21 November 2026": it stands in a text that everybody reads, so it is in the page's language. */
export const today = (): string => day.format(Date.now());
export const formatTime = (instant: number): string => time.format(instant);

/** "in 3 hours" or "in 12 minutes". */
export function formatUntil(instant: number, now = Date.now()): string {
  const minutes = Math.max(1, Math.round((instant - now) / 60_000));
  const format = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  if (minutes < 90) return format.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return hours < 48 ? format.format(hours, "hour") : format.format(Math.round(hours / 24), "day");
}
