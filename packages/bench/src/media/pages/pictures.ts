const connections = new Set<RTCPeerConnection>();

/** Has every RTCPeerConnection of the page looked at; before the first is made. */
export function watchConnections(): void {
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.add(this);
    }
  };
}

/** Of video, headers and what was sent again included; of what is sent, the highest layer alone (the last rid). */
export async function videoBytes(): Promise<{ received: number; sentInTopLayer: number }> {
  let received = 0;
  let sentInTopLayer = 0;
  for (const connection of connections) {
    const report = [...(await connection.getStats()).values()] as Record<string, unknown>[];
    const ofVideo = report.filter(({ kind }) => kind === "video");
    const bytes = (stat: Record<string, unknown>, of: "Received" | "Sent"): number =>
      Number(stat[`bytes${of}`] ?? 0) + Number(stat[`headerBytes${of}`] ?? 0);
    for (const stat of ofVideo) if (stat["type"] === "inbound-rtp") received += bytes(stat, "Received");
    const sent = ofVideo.filter(({ type }) => type === "outbound-rtp");
    const top = sent.toSorted((a, b) => String(b["rid"]).localeCompare(String(a["rid"])))[0];
    if (top) sentInTopLayer += bytes(top, "Sent");
  }
  return { received, sentInTopLayer };
}

export const firstPictures: number[] = [];

/** Shows a track, and notes when its first picture is there. */
export function show(track: MediaStreamTrack, height: number): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  video.style.height = `${height}px`;
  video.srcObject = new MediaStream([track]);
  video.requestVideoFrameCallback((now) => firstPictures.push(performance.timeOrigin + now));
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
