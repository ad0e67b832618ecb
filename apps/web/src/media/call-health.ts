import { createStore, type ReadableStore } from "../room/store.ts";
import type { MediaClient } from "./media-client.ts";
import { pathOf, type MediaPath } from "./path.ts";
import { isLimited, LongTasks, nextPressure, noPressure, type Pressure, type PressureLevel } from "./pressure.ts";
import type { PictureLimit, ShownPictures } from "./shown-pictures.ts";

const lookEveryMs = 2000;
/** Where so much time lies between two looks, the page stood still: its tab was frozen, or the machine asleep. */
const asleepAfterMs = 12_000;

const limits: Record<PressureLevel, PictureLimit> = { 0: "all", 1: "all", 2: "lowest", 3: "screens" };

export interface CallHealthOptions {
  readonly pictures: ShownPictures;
  /** The client whose way is there, if there is one. */
  readonly current: () => MediaClient | undefined;
  /** The page has stood still for a while. */
  readonly onWake: () => void;
}

/** How a call goes: by which way, and whether the editor suffers; where it does, pictures give way. */
export class CallHealth {
  readonly #options: CallHealthOptions;
  readonly #path = createStore<MediaPath | undefined>(undefined);
  readonly #pressure = createStore<Pressure>(noPressure);
  #longTasks: LongTasks | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  /** By the clock of the wall: others stand still while a machine sleeps. */
  #lookedAt = 0;

  constructor(options: CallHealthOptions) {
    this.#options = options;
  }

  get path(): ReadableStore<MediaPath | undefined> {
    return this.#path;
  }
  get pressure(): ReadableStore<Pressure> {
    return this.#pressure;
  }

  start(): void {
    this.#longTasks ??= new LongTasks();
    clearInterval(this.#looking);
    this.#lookedAt = Date.now();
    this.#looking = setInterval(() => void this.#look(), lookEveryMs);
    void this.#look();
  }

  stop(): void {
    clearInterval(this.#looking);
    this.#longTasks?.close();
    this.#longTasks = undefined;
    this.#path.set(undefined);
    this.#press(noPressure);
  }

  /** Pictures whatever it costs, until the next time that the page is held up. */
  showAnyway(): void {
    this.#press(noPressure);
  }

  async #look(): Promise<void> {
    const client = this.#options.current();
    const [transport] = client?.transports ?? [];
    const before = this.#lookedAt;
    this.#lookedAt = Date.now();
    if (this.#lookedAt - before > asleepAfterMs) return this.#options.onWake();
    if (!client || !transport || transport.closed) return;
    const camera = client.producerOf("camera");
    const sample = {
      heldUp: this.#longTasks?.take() ?? 0,
      isLimited: camera !== undefined && !camera.paused && (await isLimited(camera).catch(() => false)),
    };
    const report = await transport.getStats().catch(() => undefined);
    if (client !== this.#options.current()) return;
    if (report) this.#path.set(pathOf(report));
    this.#press(nextPressure(this.#pressure.get(), sample));
  }

  #press(pressure: Pressure): void {
    this.#pressure.set(pressure);
    this.#options.pictures.limit(limits[pressure.level]);
    // Each time: the camera may have come after the pressure, or anew with another client.
    const camera = this.#options.current()?.producerOf("camera");
    const highest = (camera?.rtpParameters.encodings?.length ?? 1) - 1;
    // Of a camera with one layer there is none to leave out.
    if (!camera || camera.closed || highest < 1) return;
    const wanted = pressure.level > 0 ? 0 : highest;
    if ((camera.maxSpatialLayer ?? highest) !== wanted) void camera.setMaxSpatialLayer(wanted).catch(() => {});
  }
}
