import type { Page } from "playwright-core";

/** What was painted, frame by frame, while an editor was watched; places are in whole pixels. */
export interface WatchedEditor {
  /** Frames that were looked at. */
  readonly frames: number;
  /** Lines that could be seen at the beginning. */
  readonly lines: number;
  /** How far any of them was off its place at the most; Infinity when one was gone. */
  readonly linesMoved: number;
  /** All places that the own carets had, each as `left,top`. */
  readonly carets: readonly string[];
}

/** Looks at every frame until it is told to stop. Lines are known by their texts, which must differ. */
export async function watchEditor(page: Page): Promise<() => Promise<WatchedEditor>> {
  await page.evaluate(async () => {
    // What was typed just now has to be painted first.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => requestAnimationFrame(resolve));
    const places = () => {
      const view = document.querySelector(".monaco-editor .overflow-guard")?.getBoundingClientRect() ?? new DOMRect();
      return [...document.querySelectorAll(".monaco-editor .view-line")].flatMap((line): [string, number][] => {
        const { top, bottom } = line.getBoundingClientRect();
        const isWhole = top >= view.top && bottom <= view.bottom && line.textContent !== "";
        return isWhole ? [[line.textContent ?? "", Math.round(top)]] : [];
      });
    };
    const first = places();
    const watch = { frames: 0, linesMoved: 0, carets: new Set<string>(), lines: first.length, isOver: false };
    const look = () => {
      const now = new Map(places());
      for (const [text, top] of first)
        watch.linesMoved = Math.max(watch.linesMoved, Math.abs((now.get(text) ?? Infinity) - top));
      for (const caret of document.querySelectorAll<HTMLElement>(".monaco-editor .cursors-layer > .cursor")) {
        const { left, top } = caret.getBoundingClientRect();
        if (caret.style.display !== "none") watch.carets.add(`${Math.round(left)},${Math.round(top)}`);
      }
      watch.frames += 1;
      if (!watch.isOver) requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { editorWatch: watch });
  });
  return async () =>
    await page.evaluate(async () => {
      // What was done last has to be painted.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => requestAnimationFrame(resolve));
      // The script above has put it there.
      const watch = (window as unknown as { editorWatch: WatchedEditor & { isOver: boolean; carets: Set<string> } })
        .editorWatch;
      watch.isOver = true;
      const { frames, lines, linesMoved, carets } = watch;
      return { frames, lines, linesMoved, carets: [...carets] };
    });
}
