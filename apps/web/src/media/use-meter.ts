import { useEffect, type RefObject } from "react";

/** From silence to as loud as it gets, in decibels below full scale. */
const quietest = -60;

/** Draws how loud a track is, from 0 to 1. */
export function useMeter(track: MediaStreamTrack | undefined, element: RefObject<HTMLMeterElement | null>): void {
  useEffect(() => {
    if (!track) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const draw = (): void => {
      frame = requestAnimationFrame(draw);
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const level = Math.min(1, Math.max(0, 1 - (10 * Math.log10(power || 1e-12)) / quietest));
      if (element.current) element.current.value = level;
    };
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [track, element]);
}
