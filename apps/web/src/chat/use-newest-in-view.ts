import { useLayoutEffect, useRef, useState, type RefObject } from "react";

/** Nearer to the end than this one reads the newest, in CSS pixels. */
const nearPx = 48;

/**
 * Keeps the end of a list in view, unless one has scrolled up to read.
 *
 * @param newest changes when something is added
 * @param isOwn what was added is one's own: then it is shown in any case
 * @returns whether something new is out of sight, below
 */
export function useNewestInView(box: RefObject<HTMLElement | null>, newest: string, isOwn: boolean): boolean {
  const isAtEnd = useRef(true);
  const [behind, setBehind] = useState({ newest, isBehind: false });
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const looked = () => {
      isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < nearPx;
      if (isAtEnd.current) setBehind({ newest, isBehind: false });
    };
    current.addEventListener("scroll", looked, { passive: true });
    // The panel's height is its reader's choice, and a keyboard on the screen takes some of it.
    const observer = new ResizeObserver(() => isAtEnd.current && showNewest(current));
    observer.observe(current);
    return () => {
      current.removeEventListener("scroll", looked);
      observer.disconnect();
    };
  }, [box, newest]);
  useLayoutEffect(() => {
    if (!box.current) return;
    if (isAtEnd.current || isOwn) showNewest(box.current);
    else setBehind((before) => (before.newest === newest ? before : { newest, isBehind: true }));
  }, [box, newest, isOwn]);
  return behind.isBehind;
}

export function showNewest(box: HTMLElement): void {
  box.scrollTop = box.scrollHeight;
}
