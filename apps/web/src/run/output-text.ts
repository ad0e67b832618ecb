/** Terminal sequences: CSI (`ESC [ … letter`), OSC (`ESC ] … BEL or ESC \`), and the two-character ones. ECMA-48. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is for
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;
// oxlint-disable-next-line no-control-regex
const unfinished = /\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]{0,200}\u001b?|[ -/]*)?$/;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes a stream of a program's output harmless to show: colour and cursor sequences are left out, other control
 * characters become visible, and a sequence that is cut between two chunks is still recognised.
 */
export function createOutputCleaner(): (text: string) => string {
  let held = "";
  return (text) => {
    let all = held + text;
    const open = unfinished.exec(all) ?? /\r$/.exec(all);
    held = open?.[0] ?? "";
    if (held !== "") all = all.slice(0, -held.length);
    return all
      .replaceAll(sequences, "")
      .replaceAll(/\r\n?/g, "\n")
      .replaceAll(controls, (control) => {
        const code = control.charCodeAt(0);
        // The Unicode block "Control Pictures" shows C0 by the same numbers; the others have no picture.
        if (code < 0x20) return String.fromCharCode(0x2400 + code);
        return code === 0x7f ? "\u2421" : "\ufffd";
      });
  };
}
