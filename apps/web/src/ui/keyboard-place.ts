import { useEffect, useRef, type RefObject } from "react";

let isFirstPage = true;

/**
 * Puts the keyboard on the heading of a page that somebody came to, unless it is somewhere already: it would be lost
 * with the link that was followed, and a screen reader would say nothing. The first page begins where pages begin.
 */
export function useLanding(page: string | undefined): void {
  useEffect(() => {
    const isFirst = isFirstPage;
    isFirstPage = false;
    const heading = document.querySelector<HTMLElement>("main h1");
    // Some pages keep their heading's element and change what it says.
    if (!isFirst && heading && page !== undefined && isKeyboardLost()) land(heading);
  }, [page]);
}

/**
 * Keeps the keyboard in a part of the page: when what it stands on goes away (a row that was removed, a button that has
 * done its work), it goes to `landing`, the part itself unless something in it is better.
 */
export function useKeyboardKept<T extends HTMLElement>(landing?: (part: T) => HTMLElement | null): RefObject<T | null> {
  const part = useRef<T>(null);
  useEffect(() => {
    const element = part.current;
    if (!element) return undefined;
    let last: EventTarget | null = null;
    const entered = (event: FocusEvent) => (last = event.target);
    const left = ({ target }: FocusEvent) => {
      // Chromium says so of what is being removed as well, while it is still there.
      queueMicrotask(() => {
        if (last === target && target instanceof Node && target.isConnected) last = null;
      });
    };
    const observer = new MutationObserver(() => {
      if (!(last instanceof Node) || last.isConnected) return;
      last = null;
      if (isKeyboardLost()) land(landing?.(element) ?? element);
    });
    observer.observe(element, { childList: true, subtree: true });
    element.addEventListener("focusin", entered);
    element.addEventListener("focusout", left);
    return () => {
      observer.disconnect();
      element.removeEventListener("focusin", entered);
      element.removeEventListener("focusout", left);
    };
  }, [landing]);
  return part;
}

const isKeyboardLost = (): boolean => document.activeElement === null || document.activeElement === document.body;

/** Where the keyboard was put because it had lost its place. */
let landed: Element | undefined;

/** Whether the keyboard is at nothing that somebody chose: what is there to be typed into may have it. */
export const isKeyboardFree = (): boolean => isKeyboardLost() || document.activeElement === landed;

function land(element: HTMLElement): void {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
  landed = element;
}
