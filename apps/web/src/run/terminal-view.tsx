import { FitAddon } from "@xterm/addon-fit";
import { Terminal, type ITheme } from "@xterm/xterm";
import { useEffect, useRef, type ReactElement } from "react";
import { watchTheme } from "../ui/theme.ts";
import type { TerminalFeed } from "./terminal-feed.ts";
import { TerminalTyping } from "./terminal-typing.ts";
import "@xterm/xterm/css/xterm.css";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalViewProps {
  readonly feed: TerminalFeed;
  /** Whether what is pressed goes anywhere now. */
  readonly takesKeys: boolean;
  /** Whoever started it goes on in it. */
  readonly isOwn: boolean;
  /** Somebody else's terminal has a size of its own; one's own has that of its place. */
  readonly size: TerminalSize | undefined;
  readonly onInput: (text: string) => void;
  readonly onSize: (size: TerminalSize) => void;
}

/** Lines that can be scrolled back to. */
const scrollback = 5000;

/** A terminal: what a program writes as it means it, and what one types. */
export function TerminalView(props: TerminalViewProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const current = useRef(props);
  const terminal = useRef<Terminal>(undefined);
  useEffect(() => {
    current.current = props;
    if (terminal.current) terminal.current.options.disableStdin = !props.takesKeys;
  });
  useEffect(() => {
    if (!place.current) return undefined;
    const opened = openTerminal(place.current, current);
    terminal.current = opened.terminal;
    return opened.close;
  }, []);
  const { columns, rows } = props.size ?? {};
  useEffect(() => {
    if (columns !== undefined && rows !== undefined) terminal.current?.resize(columns, rows);
  }, [columns, rows]);
  const startsTyping = props.takesKeys && props.isOwn;
  useEffect(() => {
    if (startsTyping) terminal.current?.focus();
  }, [startsTyping]);
  return <div ref={place} className="run-terminal" />;
}

function openTerminal(place: HTMLElement, current: { readonly current: TerminalViewProps }) {
  const terminal = new Terminal({
    fontFamily: getComputedStyle(place).getPropertyValue("--font-code"),
    fontSize: 13,
    scrollback,
    theme: themeOf(place),
    // Programs choose colours for a dark ground; on a light one they must be readable too (WCAG 1.4.3).
    minimumContrastRatio: 4.5,
    screenReaderMode: true,
    disableStdin: !current.current.takesKeys,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  terminal.textarea?.setAttribute("aria-label", terminalLabel);
  const typing = new TerminalTyping((text) => current.current.onInput(text));
  terminal.onData((text) => current.current.takesKeys && typing.type(text));
  terminal.onResize(({ cols, rows }) => {
    if (!current.current.size) current.current.onSize({ columns: cols, rows });
  });
  leaveByTab(terminal, current);
  const fitted = () => !current.current.size && fit.fit();
  const observer = new ResizeObserver(fitted);
  observer.observe(place);
  fitted();
  if (!current.current.size) current.current.onSize({ columns: terminal.cols, rows: terminal.rows });
  const unsubscribe = current.current.feed.subscribe({
    write: (text) => terminal.write(text),
    clear: () => terminal.reset(),
  });
  const forgetTheme = watchTheme(() => {
    // The tokens have the new theme's values with the next frame.
    requestAnimationFrame(() => place.isConnected && (terminal.options.theme = themeOf(place)));
  });
  const close = () => {
    unsubscribe();
    forgetTheme();
    observer.disconnect();
    typing.close();
    terminal.dispose();
  };
  return { terminal, close };
}

export const terminalLabel = "Terminal. Press Escape, then Tab, to leave it.";

/** Tab belongs to the program, except after Escape and when nobody is there to take it. (WCAG 2.1.2) */
function leaveByTab(terminal: Terminal, current: { readonly current: TerminalViewProps }): void {
  let isAfterEscape = false;
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown") return true;
    const leaves = event.key === "Tab" && (isAfterEscape || !current.current.takesKeys);
    if (event.key !== "Shift") isAfterEscape = event.key === "Escape";
    // What is selected is copied; without a selection the keys mean what they mean in a terminal.
    const copies = event.key.toLowerCase() === "c" && event.ctrlKey && !event.altKey && terminal.hasSelection();
    if (copies) setTimeout(() => terminal.clearSelection());
    return !leaves && !copies;
  });
}

/** Our colours as the page has them now. */
function themeOf(place: HTMLElement): ITheme {
  const probe = document.createElement("span");
  place.append(probe);
  const token = (name: string): string => {
    probe.style.color = `var(${name})`;
    return hexOf(getComputedStyle(probe).color);
  };
  const theme: ITheme = {
    background: token("--surface"),
    foreground: token("--text"),
    cursor: token("--accent"),
    cursorAccent: token("--surface"),
    selectionBackground: token("--border-control"),
    green: token("--good"),
    red: token("--danger"),
    yellow: token("--warning"),
  };
  probe.remove();
  return theme;
}

/** "rgb(1, 2, 3)" as a terminal reads it. */
function hexOf(color: string): string {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}
