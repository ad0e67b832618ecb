import { useEffect } from "react";
import type { Player } from "./player.ts";

/** How far an arrow key goes, in milliseconds. */
export const arrowMs = 5_000;

interface PlaybackKey {
  readonly keys: readonly string[];
  readonly does: string;
  readonly action: (player: Player, key: string) => void;
}

/** What single keys do on the page of a playback. */
export const playbackKeys: readonly PlaybackKey[] = [
  { keys: ["Space"], does: "play and pause", action: (player) => toggle(player) },
  {
    keys: ["←", "→"],
    does: "five seconds back and on",
    action: (player, key) => void player.skip(key === "←" ? -arrowMs : arrowMs),
  },
  { keys: [",", "."], does: "one change back and on", action: (player, key) => void player.step(key === "," ? -1 : 1) },
  {
    keys: ["[", "]"],
    does: "to the run before and the next one",
    action: (player, key) => void player.jumpToRun(key === "[" ? -1 : 1),
  },
  { keys: ["<", ">"], does: "slower and faster", action: (player, key) => player.changeSpeed(key === "<" ? -1 : 1) },
  {
    keys: ["Home", "End"],
    does: "to the beginning and the end",
    action: (player, key) => void player.seek({ at: key === "Home" ? player.extent.from : player.extent.until }),
  },
];

export function toggle(player: Player): void {
  if (player.mode.get().isPlaying) player.pause();
  else player.play();
}

/** As they are named on the keyboard. */
const names: Readonly<Record<string, string>> = { " ": "Space", ArrowLeft: "←", ArrowRight: "→" };

/** Lets single keys work anywhere on the page, unless what has the keyboard has a use of its own for them. */
export function usePlaybackKeys(player: Player, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = names[event.key] ?? event.key;
      const found = playbackKeys.find(({ keys }) => keys.includes(key));
      if (!found || isTaken(event.target, key)) return;
      event.preventDefault();
      event.stopPropagation();
      found.action(player, key);
    };
    // Before the editor, which would say that it cannot be typed in.
    window.addEventListener("keydown", pressed, { capture: true });
    return () => window.removeEventListener("keydown", pressed, { capture: true });
  }, [player, isOn]);
}

const movers: readonly string[] = ["←", "→", "Home", "End"];

function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("[role='dialog'], [role='alertdialog'], .find-widget")) return true;
  if (target.closest(".monaco-editor")) return movers.includes(key);
  if (target.matches("input:not([type='checkbox']), textarea, select")) return true;
  if (key === "Space") return target.matches("button, summary, a, input") || scrolls(target);
  if (!movers.includes(key)) return false;
  return target.closest("[role='slider'], [role='tablist'], [role='separator']") !== null || scrolls(target);
}

const scrolls = (target: Element): boolean =>
  target !== document.body &&
  (target.scrollHeight > target.clientHeight + 1 || target.scrollWidth > target.clientWidth + 1) &&
  target.matches("[tabindex]");
