import type { MediaSource } from "@greenroom/shared/protocol/media.ts";

/** One track of somebody's: the key of everything that is shown. */
export type TrackKey = `${string}:${MediaSource}`;

export const trackKey = (participantId: string, source: MediaSource): TrackKey => `${participantId}:${source}`;
