// Loaded into a service before anything else: each SIGUSR2 sets its clock forward or back by some minutes, by turns, as
// a machine's clock that is corrected. Timers go on as they were.
const jumpMs = 4 * 60_000;
const now = Date.now.bind(Date);
let offset = 0;
let direction = 1;
process.on("SIGUSR2", () => {
  offset += direction * jumpMs;
  direction = -direction;
});
globalThis.Date = class extends Date {
  constructor(...parts) {
    if (parts.length === 0) super(now() + offset);
    else super(...parts);
  }
  static now() {
    return now() + offset;
  }
};
