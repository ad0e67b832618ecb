/** Two tones, in hertz, and how long each lasts, in seconds. */
const tones = [523, 659] as const;
const toneSeconds = 0.35;

/** Plays something that nobody mistakes for a fault, over the chosen speaker. */
export async function playTestSound(speakerId: string | undefined): Promise<void> {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const volume = context.createGain();
  volume.gain.value = 0.2;
  volume.connect(destination);
  const audio = new Audio();
  audio.srcObject = destination.stream;
  if (speakerId !== undefined && "setSinkId" in audio) await audio.setSinkId(speakerId).catch(() => {});
  await audio.play();
  for (const [index, frequency] of tones.entries()) {
    const oscillator = context.createOscillator();
    oscillator.frequency.value = frequency;
    oscillator.connect(volume);
    oscillator.start(context.currentTime + index * toneSeconds);
    oscillator.stop(context.currentTime + (index + 1) * toneSeconds);
    if (index === tones.length - 1) oscillator.addEventListener("ended", () => void context.close());
  }
}
