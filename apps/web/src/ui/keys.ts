// Deprecated, and still the one way that every browser has.
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The keys as they are written on the keyboard in front of this person. */
export const keys = {
  run: isMac ? ["⌘", "Enter"] : ["Ctrl", "Enter"],
  submit: isMac ? ["⌘", "Shift", "Enter"] : ["Ctrl", "Shift", "Enter"],
  /** Monaco's own, for whether Tab writes a tab or moves on. */
  tabMoves: isMac ? ["Ctrl", "Shift", "M"] : ["Ctrl", "M"],
} as const;
