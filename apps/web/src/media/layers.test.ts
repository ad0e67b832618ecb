import { expect, it } from "vitest";
import { cameraEncodings, layersFor } from "./layers.ts";

it("[V6] asks for no more than is shown: the strip's pictures come from the lowest layer, in half as many a second", () => {
  expect(layersFor({ height: 112 }, 1)).toEqual({ spatialLayer: 0, temporalLayer: 1 });
  expect(layersFor({ height: 112 }, 2)).toEqual({ spatialLayer: 0, temporalLayer: 2 });
});

it("[V6] asks for enough: no layer is drawn much larger than it is", () => {
  expect(layersFor({ height: 240 }, 1).spatialLayer).toBe(0);
  expect(layersFor({ height: 250 }, 1).spatialLayer).toBe(1);
  expect(layersFor({ height: 500 }, 1).spatialLayer).toBe(2);
  expect(layersFor({ height: 2000 }, 3).spatialLayer).toBe(2);
});

it("[V6] sends three layers of a large camera and one of a small one, each half as large as the next", () => {
  const scales = (height: number) => cameraEncodings(height).map(({ scaleResolutionDownBy }) => scaleResolutionDownBy);
  expect(scales(720)).toEqual([4, 2, 1]);
  expect(scales(1080)).toEqual([4, 2, 1]);
  expect(scales(360)).toEqual([2, 1]);
  expect(scales(180)).toEqual([1]);
  // A browser that does not say how large its camera is gets one layer as well.
  expect(scales(0)).toEqual([1]);
});
