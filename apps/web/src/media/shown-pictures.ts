import { layersFor, type ShownSize, type WantedLayers } from "./layers.ts";
import type { TrackKey } from "./track-key.ts";

/** How much of others' pictures is fetched at the most, whatever is shown. */
export type PictureLimit = "all" | "lowest" | "screens";

/** Which pictures are seen, and how large: the largest place counts where one is shown in several. */
export class ShownPictures {
  readonly #places = new Map<TrackKey, Map<object, ShownSize>>();
  readonly #tell: (key: TrackKey, layers: WantedLayers | undefined) => void;
  readonly #listeners = new AbortController();
  #limit: PictureLimit = "all";
  /** A window of its own stays in sight when the page does not. */
  #isFloating = false;

  constructor(tell: (key: TrackKey, layers: WantedLayers | undefined) => void) {
    this.#tell = tell;
    document.addEventListener("visibilitychange", () => this.tellAll(), { signal: this.#listeners.signal });
  }

  /** `place` is whatever shows it; undefined when it is not seen there any more. */
  show(key: TrackKey, place: object, size: ShownSize | undefined): void {
    const places = this.#places.get(key) ?? new Map<object, ShownSize>();
    if (size) places.set(place, size);
    else places.delete(place);
    if (places.size > 0) this.#places.set(key, places);
    else this.#places.delete(key);
    this.#tell(key, this.#layersOf(key));
  }

  limit(limit: PictureLimit): void {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.tellAll();
  }

  float(isFloating: boolean): void {
    this.#isFloating = isFloating;
    this.tellAll();
  }

  tellAll(): void {
    for (const key of this.#places.keys()) this.#tell(key, this.#layersOf(key));
  }

  close(): void {
    this.#listeners.abort();
  }

  #layersOf(key: TrackKey): WantedLayers | undefined {
    const sizes = [...(this.#places.get(key)?.values() ?? [])];
    const isScreen = key.endsWith(":screen");
    if (sizes.length === 0 || (document.hidden && !this.#isFloating)) return undefined;
    if (this.#limit === "screens" && !isScreen) return undefined;
    const wanted = layersFor({ height: Math.max(...sizes.map(({ height }) => height)) }, devicePixelRatio);
    return this.#limit === "all" || isScreen ? wanted : { spatialLayer: 0, temporalLayer: 1 };
  }
}
