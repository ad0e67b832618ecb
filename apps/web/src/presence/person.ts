/** Colours in ui/theme.css; a room with more people begins again. */
const colors = 10;

/** The class that sets `--person` and `--person-text` for what belongs to a participant. */
export function personClass(color: number): string {
  return `person-${color % colors}`;
}
