import type { types } from "mediasoup-client";

/** Something of mediasoup's as the contract passes it on. */
type Foreign = Record<string, unknown>;

let last: { readonly capabilities: string; readonly device: types.Device } | undefined;

/** The device that was loaded last, for trying the way or for the call before: most likely the next one's, too. */
export const lastDevice = (): types.Device | undefined => last?.device;

/** This browser, as far as it can do what the router can. Rejects with UnsupportedError where there is no WebRTC. */
export async function loadDevice(routerRtpCapabilities: Foreign): Promise<types.Device> {
  const capabilities = JSON.stringify(routerRtpCapabilities);
  if (last?.capabilities === capabilities) return last.device;
  const { Device } = await import("mediasoup-client");
  const device = await Device.factory();
  // What mediasoup says to its client goes through the contract as it is; mediasoup-client checks it.
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
  last = { capabilities, device };
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
