// The floor's page: mediasoup's client, the least of signalling, and a video element.
import { MinimalPeer, type MinimalPeerOptions } from "../minimal-peer.ts";
import { firstPictures, nextPicture, show, watchConnections } from "./pictures.ts";

const standard = { height: 720, frameRate: 30 };

watchConnections();
let sends: MinimalPeerOptions["sends"] = [];
let peer: MinimalPeer | undefined;

window.benchPage = {
  firstPictures,
  prepare: async ({ sendsCamera, sendsMicrophone, picture = standard }) => {
    const { height, frameRate } = picture;
    const size = { width: { ideal: (height * 16) / 9 }, height: { ideal: height } };
    const video = sendsCamera && { ...size, frameRate: { ideal: frameRate, max: frameRate } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: sendsMicrophone, video });
    sends = stream.getTracks().map((track) => ({ source: track.kind === "audio" ? "microphone" : "camera", track }));
  },
  join: async () => {
    const start = performance.now();
    const next = nextPicture();
    const onTrack: MinimalPeerOptions["onTrack"] = (track) => track.kind === "video" && show(track, 180);
    ({ peer } = await MinimalPeer.join({ url: window.bareSocketUrl, sends, onTrack }));
    return (await next) - start;
  },
  leave: () => void peer?.close(),
};
