import type { ReactElement } from "react";

/** Paths on a grid of 16, drawn in the colour of the text around them. */
const paths = {
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z",
  play: "M5 3.5v9l7-4.5-7-4.5Z",
  stop: "M4.5 4.5h7v7h-7z",
  chevron: "m4 6 4 4 4-4",
  close: "m4 4 8 8M12 4l-8 8",
  copy: "M6 6h7v7H6zM10 3H3v7",
  check: "m3 8.5 3.5 3.5L13 5",
  people:
    "M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5a4.5 4.5 0 0 1 9 0M11 8a2 2 0 1 0 0-4M12 10a3.5 3.5 0 0 1 2.5 3.5",
  leave: "M6.5 3H3v10h3.5M7 8h6.5M11 5.5 13.5 8 11 10.5",
  plus: "M8 3.5v9M3.5 8h9",
  up: "m4 10 4-4 4 4",
  minus: "M3.5 8h9",
  trash: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5 13h6l.5-8.5M7 7v3.5M9 7v3.5",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3l2 1.5",
  memory: "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14",
  bug: "M8 5.5a2.5 2.5 0 0 0-2.5 2.5v2.5a2.5 2.5 0 0 0 5 0V8A2.5 2.5 0 0 0 8 5.5ZM6 6 4.5 3.5M10 6l1.5-2.5M5.5 9H2.5M13.5 9h-3",
  book: "M3 3h4.2c.5 0 .8.4.8.8v9.2c0-.6-.5-1-1-1H3V3ZM13 3H8.8c-.5 0-.8.4-.8.8v9.2c0-.6.5-1 1-1h4V3Z",
  upload: "M8 11V3.5M4.5 6.5 8 3l3.5 3.5M3 13h10",
  pause: "M5 3.5h2v9H5zM9 3.5h2v9H9z",
  next: "m6 4 4 4-4 4",
  previous: "m10 4-4 4 4 4",
  nextRun: "m3.5 3.5 6 4.5-6 4.5v-9ZM12 3.5v9",
  previousRun: "m12.5 3.5-6 4.5 6 4.5v-9ZM4 3.5v9",
  keyboard: "M1.5 4.5h13v7h-13zM4 7h.5M7 7h.5M10 7h.5M5 9.5h6",
  link: "M6.5 9.5 9.5 6.5M7 5l1.5-1.5a2.5 2.5 0 0 1 3.5 3.5L10.5 8.5M9 11l-1.5 1.5A2.5 2.5 0 0 1 4 9l1.5-1.5",
  chat: "M2.5 3.5h11v7H7l-3 2.5v-2.5H2.5v-7Z",
  file: "M4 2h5l3 3v9H4V2ZM9 2v3h3",
  paste: "M4 3.5h8v10H4zM6 2h4v2.5H6zM6 8h4M6 10.5h3",
  away: "M6.5 3H3v10h3.5M13 5 8 11M8 5l5 6",
  back: "M9.5 3H13v10H9.5M2.5 8H9M6.5 5.5 9 8l-2.5 2.5",
  edit: "m3 13 .6-2.8 7-7 2.2 2.2-7 7L3 13ZM9.2 4.6l2.2 2.2",
  microphone: "M8 2a1.8 1.8 0 0 0-1.8 1.8v3.4a1.8 1.8 0 0 0 3.6 0V3.8A1.8 1.8 0 0 0 8 2ZM4 7.5a4 4 0 0 0 8 0M8 11.5V14",
  microphoneOff:
    "M9.8 6.5V3.8a1.8 1.8 0 0 0-3.5-.6M6.2 6.2v1a1.8 1.8 0 0 0 2.7 1.6M4 7.5a4 4 0 0 0 6.4 3.2M12 7.5a4 4 0 0 1-.3 1.5M8 11.5V14M2.5 2.5l11 11",
  camera: "M2 4.5h8v7H2v-7ZM10 7.2l4-2v5.6l-4-2",
  cameraOff: "M4.5 4.5H10v5.8M10 11.5H2v-7M10 7.2l4-2v5.6l-2.4-1.2M2.5 2.5l11 11",
  screen: "M2 3.5h12v7.5H2V3.5ZM5.5 13.5h5M8 9V5.8M6.3 7.3 8 5.6l1.7 1.7",
  hangUp: "M2.2 9.8c3-3 8.6-3 11.6 0l-1.9 1.9-2.3-.9V9a6 6 0 0 0-3.2 0v1.8l-2.3.9-1.9-1.9Z",
  sliders:
    "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 3.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM6 9.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z",
  grid: "M2.5 3h4.7v4.3H2.5V3ZM8.8 3h4.7v4.3H8.8V3ZM2.5 8.7h4.7V13H2.5V8.7ZM8.8 8.7h4.7V13H8.8V8.7Z",
  strip: "M2.5 3h11v10h-11V3ZM10 3v10M10 6.3h3.5M10 9.7h3.5",
  float: "M2 3.5h12v9H2v-9ZM8 8h4.5v3H8V8Z",
  speaker: "M2.5 6v4H5l3.5 3V3L5 6H2.5ZM10.5 6a3 3 0 0 1 0 4M12.3 4a6 6 0 0 1 0 8",
  more: "M8 4v.1M8 8v.1M8 12v.1",
  enlarge: "M9.5 2.5h4v4M13.5 2.5 9 7M6.5 13.5h-4v-4M2.5 13.5 7 9",
  warning: "M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.2v.3",
} as const;

export type IconName = keyof typeof paths;

/** Decoration beside a text or a label; never the only thing that says what it is. */
export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg
      className="glyph"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill={name === "play" || name === "stop" || name === "pause" ? "currentColor" : "none"}
    >
      <path d={paths[name]} stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
