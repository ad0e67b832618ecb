declare global {
  interface Window {
    /** Every one of the page's; the e2e tests' pages keep them, too. */
    connections: Set<RTCPeerConnection>;
  }
}

/** Has every RTCPeerConnection of the page looked at; before the first is made. */
export function watchConnections(): void {
  window.connections = new Set();
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      window.connections.add(this);
    }
  };
}

/**
 * Runs in a page whose connections are watched, and so holds all that it needs. Bytes of video so far, headers and what
 * was sent again included: all that came, and of what is sent the highest layer alone (the last rid).
 */
export async function videoBytes(): Promise<{ received: number; sentInTopLayer: number }> {
  let received = 0;
  let sentInTopLayer = 0;
  for (const connection of window.connections) {
    const report = [...(await connection.getStats()).values()] as Record<string, unknown>[];
    const ofVideo = report.filter(({ kind }) => kind === "video");
    for (const stat of ofVideo.filter(({ type }) => type === "inbound-rtp"))
      received += Number(stat["bytesReceived"] ?? 0) + Number(stat["headerBytesReceived"] ?? 0);
    const sent = ofVideo.filter(({ type }) => type === "outbound-rtp");
    const top = sent.toSorted((a, b) => String(b["rid"]).localeCompare(String(a["rid"])))[0];
    sentInTopLayer += Number(top?.["bytesSent"] ?? 0) + Number(top?.["headerBytesSent"] ?? 0);
  }
  return { received, sentInTopLayer };
}

export const firstPictures: number[] = [];

/** Shows a track, and notes when its first picture is there. */
export function show(track: MediaStreamTrack, height: number): HTMLVideoElement {
  const video = showUncounted(track, height);
  video.requestVideoFrameCallback((now) => firstPictures.push(performance.timeOrigin + now));
  return video;
}

/** As one's own, which nobody waits for. */
export function showUncounted(track: MediaStreamTrack, height: number): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  video.style.height = `${height}px`;
  video.srcObject = new MediaStream([track]);
  document.body.append(video);
  return video;
}

/** When the next track's first picture is drawn, on the page's own clock. */
export async function nextPicture(): Promise<number> {
  const seen = firstPictures.length;
  for (;;) {
    const at = firstPictures[seen];
    if (at !== undefined) return at - performance.timeOrigin;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
