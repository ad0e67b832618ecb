import type { Levels as LevelsFrame } from "@greenroom/shared/protocol/media.ts";
import type { types } from "mediasoup";
import { isOrphan } from "./is-orphan.ts";
import { Refusal } from "./refusal.ts";

/** Whether or not anybody is loud: whoever hears nothing for much longer than this is not reached. [V10] */
const intervalMs = 250;
/** What is quieter is not heard, in dBov. */
const quietestDbov = -60;
/** What has not been sent for so long is worth nothing any more. */
const staleAfterMs = 300;
/** Whoever speaks is the speaker for so long after their last word: between two words there is silence, too. */
const holdSpeakerMs = 1_500;

export interface LevelsOptions {
  readonly router: types.Router;
  /** Whose producer this is; undefined of one that is gone. */
  readonly ownerOf: (producerId: string) => string | undefined;
  readonly onSpeaker: (participantId: string | null) => void;
}

/** Who speaks, and how loud everybody is: read by the Worker from what senders say of each packet (RFC 6464). */
export class Levels {
  readonly #volumes: types.AudioLevelObserver;
  readonly #speakers: types.ActiveSpeakerObserver;
  readonly #direct: types.DirectTransport;
  readonly #channel: types.DataProducer;
  readonly #silentChannel: types.DataProducer;
  readonly #options: LevelsOptions;
  readonly #beat: NodeJS.Timeout;
  #dominant: string | undefined;
  #speaker: string | null = null;
  #holding: NodeJS.Timeout | undefined;

  static async create(options: LevelsOptions): Promise<Levels> {
    const { router } = options;
    const [volumes, speakers, direct] = await Promise.all([
      router.createAudioLevelObserver({ interval: intervalMs, threshold: quietestDbov, maxEntries: 12 }),
      router.createActiveSpeakerObserver({ interval: 300 }),
      router.createDirectTransport(),
    ]);
    const [channel, silentChannel] = await Promise.all([
      direct.produceData({ label: "levels" }),
      direct.produceData({ label: "probe" }),
    ]);
    return new Levels(options, { volumes, speakers, direct, channel, silentChannel });
  }

  private constructor(
    options: LevelsOptions,
    parts: {
      volumes: types.AudioLevelObserver;
      speakers: types.ActiveSpeakerObserver;
      direct: types.DirectTransport;
      channel: types.DataProducer;
      silentChannel: types.DataProducer;
    },
  ) {
    this.#options = options;
    this.#volumes = parts.volumes;
    this.#speakers = parts.speakers;
    this.#direct = parts.direct;
    this.#channel = parts.channel;
    this.#silentChannel = parts.silentChannel;
    this.#beat = setInterval(() => this.#send({ type: "levels", levels: [] }), intervalMs);
    this.#volumes.on("volumes", (volumes) => this.#heard(volumes));
    this.#volumes.on("silence", () => this.#silence());
    this.#speakers.on("dominantspeaker", ({ producer }) => {
      this.#dominant = producer.id;
      if (this.#speaker !== null) this.#announce(options.ownerOf(producer.id) ?? null);
    });
  }

  /** Listens to a microphone from now on; it is forgotten when it closes. */
  async listenTo(producerId: string): Promise<void> {
    await Promise.all([this.#volumes.addProducer({ producerId }), this.#speakers.addProducer({ producerId })]);
  }

  /** A channel for levels, or one on which nothing is ever said. */
  async channelOn(transport: types.WebRtcTransport, kind: "levels" | "probe"): Promise<types.DataConsumer> {
    const { id: dataProducerId } = kind === "levels" ? this.#channel : this.#silentChannel;
    // What is unordered a Worker sends once, unless told how often; without a time, what waits at all would be dropped.
    const options = { dataProducerId, ordered: false, maxPacketLifeTime: staleAfterMs };
    const channel = await transport.consumeData(options);
    if (isOrphan(channel, transport)) throw new Refusal("out-of-order", "This transport is closed.");
    return channel;
  }

  close(): void {
    clearTimeout(this.#holding);
    clearInterval(this.#beat);
    this.#volumes.close();
    this.#speakers.close();
    this.#direct.close();
  }

  #heard(volumes: readonly types.AudioLevelObserverVolume[]): void {
    const levels = volumes.flatMap(({ producer, volume }) => {
      const participantId = this.#options.ownerOf(producer.id);
      return participantId === undefined ? [] : [{ participantId, dbov: Math.round(volume) }];
    });
    this.#send({ type: "levels", levels });
    clearTimeout(this.#holding);
    // The dominant one is told when it changes, and somebody may begin again after a silence.
    if (this.#speaker !== null) return;
    const dominant = this.#dominant === undefined ? undefined : this.#options.ownerOf(this.#dominant);
    const isHeard = levels.some(({ participantId }) => participantId === dominant);
    this.#announce((isHeard ? dominant : levels[0]?.participantId) ?? null);
  }

  #silence(): void {
    this.#send({ type: "levels", levels: [] });
    clearTimeout(this.#holding);
    this.#holding = setTimeout(() => this.#announce(null), holdSpeakerMs);
  }

  #announce(participantId: string | null): void {
    if (participantId === this.#speaker) return;
    this.#speaker = participantId;
    this.#options.onSpeaker(participantId);
  }

  #send(frame: LevelsFrame): void {
    this.#beat.refresh();
    try {
      if (!this.#channel.closed) this.#channel.send(JSON.stringify(frame));
    } catch {
      // A Worker that cannot be spoken to is replaced.
    }
  }
}
