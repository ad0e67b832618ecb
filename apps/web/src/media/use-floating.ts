import { useCallback, useEffect, useState } from "react";
import type { Call } from "./call.ts";
import { floatingWindows } from "./floating-windows.ts";

const floatingSize = { width: 320, height: 360 };

export interface Floating {
  /** Undefined where the browser has nothing of the kind. */
  readonly toggle: (() => void) | undefined;
  /** Where the people are drawn as well, while it is open. */
  readonly body: HTMLElement | undefined;
}

/** A small window of its own that stays in sight above other programs: all people, or one picture where that is all there is. */
export function useFloating(call: Call): Floating {
  const [floating, setFloating] = useState<Window>();
  const documents = floatingWindows();
  const toggle = useCallback(async () => {
    if (floating) return floating.close();
    if (!documents) return await floatOnePicture();
    const opened = await documents.requestWindow(floatingSize);
    dress(opened);
    opened.addEventListener("pagehide", () => setFloating(undefined));
    setFloating(opened);
  }, [floating, documents]);
  useEffect(() => {
    call.pictures.float(floating !== undefined);
  }, [call, floating]);
  useEffect(() => () => floating?.close(), [floating]);
  const canFloat = documents !== undefined || document.pictureInPictureEnabled;
  // Refused, it is as if nobody had asked.
  return { toggle: canFloat ? () => void toggle().catch(() => {}) : undefined, body: floating?.document.body };
}

/** A window like this begins without any style. */
function dress(opened: Window): void {
  for (const node of document.querySelectorAll("link[rel='stylesheet'], style")) {
    opened.document.head.append(node.cloneNode(true));
  }
  const { theme } = document.documentElement.dataset;
  if (theme !== undefined) opened.document.documentElement.dataset["theme"] = theme;
  opened.document.documentElement.lang = document.documentElement.lang;
  opened.document.title = document.title;
  opened.document.body.className = "call-floating";
}

async function floatOnePicture(): Promise<void> {
  if (document.pictureInPictureElement) return await document.exitPictureInPicture();
  const video = document.querySelector<HTMLVideoElement>(".call-stage video, .tile video:not(.is-mirrored)");
  await video?.requestPictureInPicture();
}
