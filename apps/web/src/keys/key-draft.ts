import { keyRunBounds, usualKeyBounds, type ApiKey } from "@greenroom/shared/api/key-routes.ts";

export type Allowance = keyof typeof keyRunBounds;
export const allowances = ["runsPerMinute", "runsPerDay", "runsAtOnce"] as const satisfies readonly Allowance[];

/** What of a key can be chosen, as it stands in the form, right or not yet. */
export type KeyDraft = Readonly<Record<"name" | Allowance, string>>;
/** The same, read from a form in which nothing is wrong. */
export type KeyValues = Pick<ApiKey, "name" | Allowance>;
/** What is wrong with a draft, in words, by field. */
export type KeyFaults = Readonly<Partial<Record<keyof KeyDraft, string>>>;

const counts = new Intl.NumberFormat("en");
/** "20,000": the page's language is English. */
export const formatCount = (count: number): string => counts.format(count);

export function draftOf(key: KeyValues = { name: "", ...usualKeyBounds }): KeyDraft {
  return {
    name: key.name,
    runsPerMinute: String(key.runsPerMinute),
    runsPerDay: String(key.runsPerDay),
    runsAtOnce: String(key.runsAtOnce),
  };
}

/** "1 to 60,000" */
export function boundsText(allowance: Allowance): string {
  const { minimum, maximum } = keyRunBounds[allowance];
  return `${formatCount(minimum)} to ${formatCount(maximum)}`;
}

export function faultsOf(draft: KeyDraft): KeyFaults {
  const faults: Partial<Record<keyof KeyDraft, string>> = {};
  if (draft.name.trim() === "") faults.name = "Give it a name.";
  for (const allowance of allowances) {
    const { minimum, maximum } = keyRunBounds[allowance];
    const count = readCount(draft[allowance]);
    if (count === undefined || count < minimum || count > maximum)
      faults[allowance] = `A whole number from ${boundsText(allowance)}.`;
  }
  return faults;
}

/** A whole number as people write it, in groups of three or without; undefined for everything else. */
function readCount(text: string): number | undefined {
  const written = text.trim();
  if (/^\d+$/.test(written)) return Number(written);
  // One mark throughout, so that "1.500,25" is not taken for a whole number.
  return /^\d{1,3}([ ,.'’_\u00a0\u202f])\d{3}(?:\1\d{3})*$/u.test(written)
    ? Number(written.replaceAll(/\D/g, ""))
    : undefined;
}

/** To be called with a draft in which nothing is wrong. */
export function valuesOf(draft: KeyDraft): KeyValues {
  const count = (allowance: Allowance): number => readCount(draft[allowance]) ?? usualKeyBounds[allowance];
  return {
    name: draft.name.trim(),
    runsPerMinute: count("runsPerMinute"),
    runsPerDay: count("runsPerDay"),
    runsAtOnce: count("runsAtOnce"),
  };
}

/** What is another than before: a colleague may change the rest at the same time. */
export function changesOf(before: KeyValues, values: KeyValues): Partial<KeyValues> {
  const changed = (["name", ...allowances] as const).filter((field) => values[field] !== before[field]);
  return Object.fromEntries(changed.map((field) => [field, values[field]]));
}
