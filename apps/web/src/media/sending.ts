import type { MediaSource } from "@greenroom/shared/protocol/media.ts";
import type { types } from "mediasoup-client";
import { cameraEncodings } from "./layers.ts";
import type { MediaSocket } from "./media-socket.ts";

/** What one sends, or would: a microphone that is muted keeps its track, a camera that is off has none. */
export interface Sent {
  readonly track: MediaStreamTrack | null;
  readonly isOn: boolean;
}

/** One's own tracks on their way to the service: whatever is wanted, the producers come to it, one step after the other. */
export class Sending {
  readonly #socket: MediaSocket;
  readonly #wanted = new Map<MediaSource, Sent>();
  readonly #producers = new Map<MediaSource, types.Producer>();
  #transport: types.Transport | undefined;
  /** Simulcast of it works in every browser. */
  #vp8: types.RtpCodecCapability | undefined;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(socket: MediaSocket) {
    this.#socket = socket;
  }

  producerOf(source: MediaSource): types.Producer | undefined {
    return this.#producers.get(source);
  }

  /** The way is made: what was wanted until now goes over it. */
  begin(device: types.Device, transport: types.Transport): void {
    this.#vp8 = device.sendRtpCapabilities.codecs?.find(({ mimeType }) => mimeType.toLowerCase() === "video/vp8");
    transport.on("produce", ({ rtpParameters, appData }, done, failed) => {
      // `#produce` has written it there.
      const source = appData["source"] as MediaSource;
      this.#socket
        .request("produce", { transportId: transport.id, source, rtpParameters: { ...rtpParameters } })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    this.#transport = transport;
    for (const source of this.#wanted.keys()) this.#reconcileLater(source);
  }

  /** From now on this is sent, or nothing; it is seen to in order, and again and again until it is so. */
  want(source: MediaSource, sent: Sent | undefined): void {
    if (sent) this.#wanted.set(source, sent);
    else this.#wanted.delete(source);
    if (this.#transport) this.#reconcileLater(source);
  }

  close(): void {
    this.#isClosed = true;
    this.#producers.clear();
  }

  #reconcileLater(source: MediaSource): void {
    this.#work = this.#work.then(() => this.#reconcile(source)).catch(() => {});
  }

  async #reconcile(source: MediaSource): Promise<void> {
    if (this.#isClosed) return;
    const sent = this.#wanted.get(source);
    const producer = this.#producers.get(source);
    if (!producer) {
      if (sent?.track) await this.#produce(source, sent.track);
      if (sent?.track && !sent.isOn) await this.#reconcile(source);
    } else if (!sent) {
      await this.#end(source, producer);
    } else if (sent.track && source === "camera" && isOfOtherLayers(producer, sent.track)) {
      await this.#end(source, producer);
      await this.#reconcile(source);
    } else {
      await this.#adjust(producer, sent);
    }
  }

  async #end(source: MediaSource, producer: types.Producer): Promise<void> {
    this.#producers.delete(source);
    producer.close();
    await this.#socket.request("producer.close", { producerId: producer.id });
  }

  async #adjust(producer: types.Producer, { track, isOn }: Sent): Promise<void> {
    const producerId = producer.id;
    const flows = isOn && track !== null;
    if (!flows && !producer.paused) {
      producer.pause();
      await this.#socket.request("producer.pause", { producerId });
    }
    if (producer.track !== track) await producer.replaceTrack({ track });
    if (flows && producer.paused) {
      producer.resume();
      await this.#socket.request("producer.resume", { producerId });
    }
  }

  async #produce(source: MediaSource, track: MediaStreamTrack): Promise<void> {
    if (track.readyState === "ended") return;
    const options = { track, appData: { source }, stopTracks: false, disableTrackOnPause: false, zeroRtpOnPause: true };
    const producer = await this.#transport?.produce({ ...options, ...this.#encodingOf(source, track) });
    if (!producer) return;
    this.#producers.set(source, producer);
    producer.observer.on("close", () => this.#producers.get(source) === producer && this.#producers.delete(source));
  }

  #encodingOf(source: MediaSource, track: MediaStreamTrack): types.ProducerOptions {
    const codec = this.#vp8 ? { codec: this.#vp8 } : {};
    switch (source) {
      case "microphone":
        return { codecOptions: { opusDtx: true, opusFec: true, opusStereo: false, opusMaxAverageBitrate: 40_000 } };
      case "screen-audio":
        return { codecOptions: { opusDtx: false, opusFec: true, opusStereo: true, opusMaxAverageBitrate: 96_000 } };
      case "camera":
        return { ...codec, encodings: cameraEncodings(track.getSettings().height ?? 0) };
      case "screen":
        // One good layer: what has to be read is either there or it is not.
        return { ...codec, encodings: [{ maxBitrate: 2_500_000, maxFramerate: 15 }] };
    }
  }
}

/** A camera of another size is sent in more layers, or fewer. */
function isOfOtherLayers(producer: types.Producer, track: MediaStreamTrack): boolean {
  return producer.rtpParameters.encodings?.length !== cameraEncodings(track.getSettings().height ?? 0).length;
}
