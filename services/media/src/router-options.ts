import type { MediaSource } from "@greenroom/shared/protocol/media.ts";
import { isAudio } from "@greenroom/shared/protocol/media.ts";
import type { types } from "mediasoup";

/**
 * What is spoken in a call. Parameters are what a browser is asked for when it sends: Opus with silence left out and with
 * what repairs a lost packet (RFC 7587 6.1), and video that starts at a bitrate that can be looked at, in kbit/s.
 */
export const mediaCodecs: types.RouterRtpCodecCapability[] = [
  {
    kind: "audio",
    mimeType: "audio/opus",
    clockRate: 48_000,
    channels: 2,
    parameters: { usedtx: 1, useinbandfec: 1 },
  },
  { kind: "video", mimeType: "video/VP8", clockRate: 90_000, parameters: { "x-google-start-bitrate": 600 } },
  {
    kind: "video",
    mimeType: "video/H264",
    clockRate: 90_000,
    parameters: {
      "packetization-mode": 1,
      "profile-level-id": "42e01f",
      "level-asymmetry-allowed": 1,
      "x-google-start-bitrate": 600,
    },
  },
];

/** Chromium leaves it out where it sends, and then keeps a simulcast at its lowest layer. */
const leftOut = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

/** What a browser's device is loaded with. */
export function browserCapabilities({ rtpCapabilities }: types.Router): types.RouterRtpCapabilities {
  const headerExtensions = (rtpCapabilities.headerExtensions ?? []).filter(({ uri }) => uri !== leftOut);
  return { ...rtpCapabilities, headerExtensions };
}

/** Peers in one call; an interview has ten at the most. */
export const peersAtMost = 12;

/** What one peer may send in all, in bit/s: a camera in three layers, a screen, and sound. */
export const maxIncomingBitrate = 5_000_000;

/** @param direction as the browser sees it */
export function transportOptions(
  webRtcServer: types.WebRtcServer,
  direction: "send" | "receive",
): types.WebRtcTransportOptions {
  return {
    webRtcServer,
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    enableSctp: direction === "receive",
    // In bit/s: what the first seconds of somebody who receives are judged by.
    initialAvailableOutgoingBitrate: 1_000_000,
  };
}

/** A camera comes in up to three layers, everything else in one. */
const encodingsAtMost: Record<MediaSource, number> = { microphone: 1, camera: 3, screen: 1, "screen-audio": 1 };

/** Whether these are parameters of such a source. */
export function suits(source: MediaSource, { codecs, encodings = [] }: types.RtpParameters): boolean {
  const kind = isAudio(source) ? "audio/" : "video/";
  return (
    codecs.every(({ mimeType }) => mimeType.toLowerCase().startsWith(kind)) &&
    encodings.length <= encodingsAtMost[source]
  );
}
