import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { paths } from "../paths.ts";
import type { Player } from "./player.ts";
import { secondsFrom } from "./time-text.ts";

/** The address follows when one has rested on a moment for so long, in milliseconds. */
const restMs = 300;

/** Keeps the page's address a link to the moment at which one paused. */
export function useMomentInAddress(player: Player, sessionId: string): void {
  const navigate = useNavigate();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let written = player.position.get();
    const write = () => {
      const at = player.position.get();
      const { isPlaying, isLoading } = player.mode.get();
      if (isPlaying || isLoading || at === written) return;
      written = at;
      const t = secondsFrom(player.extent.from, at);
      void navigate({ to: paths.playback, params: { sessionId }, search: { t }, replace: true, resetScroll: false });
    };
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(write, restMs);
    };
    const unsubscribe = [player.position.subscribe(changed), player.mode.subscribe(changed)];
    return () => {
      clearTimeout(timer);
      for (const forget of unsubscribe) forget();
    };
  }, [player, navigate, sessionId]);
}
