import type { types } from "mediasoup-client";

/** Something of mediasoup's as the contract passes it on. */
type Foreign = Record<string, unknown>;

/** This browser, as far as it can do what the router can. Rejects with UnsupportedError where there is no WebRTC. */
export async function loadDevice(routerRtpCapabilities: Foreign): Promise<types.Device> {
  const { Device } = await import("mediasoup-client");
  const device = await Device.factory();
  // What mediasoup says to its client goes through the contract as it is; mediasoup-client checks it.
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
  return device;
}

/** What a transport's making is answered with, as mediasoup-client takes it. */
export function transportOptions(answer: {
  transportId: string;
  iceParameters: Foreign;
  iceCandidates: Foreign[];
  dtlsParameters: Foreign;
  sctpParameters?: Foreign | undefined;
  iceServers: RTCIceServer[];
}): types.TransportOptions {
  const { transportId, iceServers, ...foreign } = answer;
  // As above: mediasoup's own, and checked by mediasoup-client.
  return { ...foreign, id: transportId, iceServers } as types.TransportOptions;
}
