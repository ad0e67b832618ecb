// The floor's page: mediasoup's client, the least of signalling, elements that show and play what comes.
import { MinimalPeer, type MinimalPeerOptions } from "../minimal-peer.ts";
import { firstPictures, nextPicture, show, showUncounted, watchConnections } from "./pictures.ts";

const standard = { height: 720, frameRate: 30 };
const shownHeight = 180;

watchConnections();
let sends: MinimalPeerOptions["sends"] = [];
let peer: MinimalPeer | undefined;

function play(track: MediaStreamTrack): void {
  const audio = new Audio();
  audio.srcObject = new MediaStream([track]);
  void audio.play();
}

window.benchPage = {
  firstPictures,
  prepare: async ({ sendsCamera, sendsMicrophone, showsOwn = false, picture = standard }) => {
    const { height, frameRate } = picture;
    const size = { width: { ideal: (height * 16) / 9 }, height: { ideal: height } };
    const video = sendsCamera && { ...size, frameRate: { ideal: frameRate, max: frameRate } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: sendsMicrophone, video });
    sends = stream.getTracks().map((track) => ({ source: track.kind === "audio" ? "microphone" : "camera", track }));
    if (showsOwn) for (const track of stream.getVideoTracks()) showUncounted(track, shownHeight);
  },
  join: async () => {
    const start = performance.now();
    const next = nextPicture();
    const onTrack: MinimalPeerOptions["onTrack"] = (track) =>
      track.kind === "video" ? show(track, shownHeight) : play(track);
    ({ peer } = await MinimalPeer.join({ url: window.bareSocketUrl, sends, onTrack }));
    return (await next) - start;
  },
  leave: () => {
    void peer?.close();
    for (const { track } of sends) track.stop();
    for (const video of document.querySelectorAll("video")) video.remove();
  },
};
