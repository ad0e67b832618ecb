import { FakeMediaStreamTrack } from "fake-mediastreamtrack";
import type { types } from "mediasoup-client";
import { FakeHandler } from "mediasoup-client/handlers/FakeHandler";
import { generateLocalDtlsParameters, generateNativeRtpCapabilities } from "mediasoup-client/fakeParameters";
import { type JoinTimes, MinimalPeer, type MinimalPeerOptions } from "./minimal-peer.ts";

const handlerFactory: types.HandlerFactory = FakeHandler.createFactory({
  generateNativeRtpCapabilities,
  generateLocalDtlsParameters,
});

/** Microphone and camera of nobody: nothing is ever sent, but all is negotiated. */
const tracks = () =>
  (
    [
      ["microphone", "audio"],
      ["camera", "video"],
    ] as const
  ).map(([source, kind]) => ({
    source,
    track: new FakeMediaStreamTrack({ kind }) as unknown as MediaStreamTrack, // what it stands for
  }));

/** A whole join by mediasoup's client with its stand-in for a browser: no ICE, no DTLS, no codecs, all of the signalling. */
export function joinWithoutBrowser(
  to: Pick<MinimalPeerOptions, "url" | "protocols" | "device">,
): Promise<{ peer: MinimalPeer; times: JoinTimes }> {
  return MinimalPeer.join({ ...to, handlerFactory, sends: tracks() });
}
