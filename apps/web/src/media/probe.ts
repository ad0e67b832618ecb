import type { types } from "mediasoup-client";
import { loadDevice, transportOptions } from "./device.ts";
import type { MediaSocket } from "./media-socket.ts";
import { pathOf, type MediaPath } from "./path.ts";

/** A way that is not there after this long is not there, in milliseconds. */
const withinMs = 8000;

/** The ways that were tried in vain. */
export class NoPath extends Error {
  readonly code = "no-path";
  readonly triedRelay: boolean;

  constructor(options: { triedRelay: boolean }) {
    super("No media came through.");
    this.name = "NoPath";
    this.triedRelay = options.triedRelay;
  }
}

/** ICE may begin on TCP where that answers first, and goes over to UDP within this time, in milliseconds. */
const settlesWithinMs = 1200;

/** The way that the transport will stay on. */
async function settledPath(transport: types.Transport): Promise<MediaPath | undefined> {
  const until = performance.now() + settlesWithinMs;
  for (;;) {
    const path = pathOf(await transport.getStats());
    if (path?.kind === "udp" || performance.now() > until) return path;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/**
 * Tries the way for media without anybody hearing of it. Rejects with NoPath, MediaRefused or MediaLost, and with any of
 * them, soon, when nobody waits for it any more. [V9]
 */
export async function probePath(socket: MediaSocket, signal: AbortSignal): Promise<MediaPath> {
  const answer = await socket.request("probe", {});
  const device = await loadDevice(answer.routerRtpCapabilities);
  signal.throwIfAborted();
  const transport = device.createRecvTransport(transportOptions(answer));
  signal.addEventListener("abort", () => transport.close());
  try {
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      const fields = { transportId: transport.id, dtlsParameters: { ...dtlsParameters } };
      socket.request("transport.connect", fields).then(() => done(), failed);
    });
    const failure = new NoPath({ triedRelay: answer.iceServers.length > 0 });
    const connected = new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => reject(failure), withinMs);
      transport.on("connectionstatechange", (state) => {
        if (state === "connected") resolve();
        if (state === "failed") reject(failure);
      });
      transport.observer.on("close", () => {
        clearTimeout(deadline);
        reject(failure);
      });
    });
    // Handled here as well: it may fail before the channel is made.
    connected.catch(() => {});
    const { dataConsumerId, dataProducerId, sctpStreamParameters, label } = answer.channel;
    await transport.consumeData({ id: dataConsumerId, dataProducerId, sctpStreamParameters, label });
    await connected;
    const path = await settledPath(transport);
    if (!path) throw failure;
    return path;
  } finally {
    transport.close();
  }
}
