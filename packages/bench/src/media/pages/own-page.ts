// The product's own call without the rest of its page: what takes time between joining and seeing is all in it.
import { Call } from "../../../../../apps/web/src/media/call.ts";
import { firstPictures, nextPicture, show, watchConnections } from "./pictures.ts";

watchConnections();
const { accessToken, participantId, pictureHeight, sessionId } = window.ownSeat;
const call = new Call({
  sessionId,
  access: { get: async () => ({ accessToken, renewAt: Date.now() + 3_600_000 }) },
  selfId: participantId,
  maySend: true,
  nameOf: (id) => id,
});

const shown = new Set<MediaStreamTrack>();
call.tracks.subscribe(() => {
  for (const [key, track] of call.tracks.get()) {
    if (track.kind !== "video" || shown.has(track) || pictureHeight === 0) continue;
    shown.add(track);
    call.pictures.show(key, show(track, pictureHeight), { height: pictureHeight });
  }
});

async function once(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => requestAnimationFrame(resolve));
}

window.benchPage = {
  firstPictures,
  prepare: async ({ sendsCamera, sendsMicrophone }) => {
    const { microphone, camera } = call.own.local;
    if (sendsMicrophone) call.own.setMicrophone(true);
    if (sendsCamera) call.own.setCamera(true);
    await once(() => !sendsMicrophone || microphone.get().kind === "on");
    await once(() => !sendsCamera || camera.get().kind === "on");
    call.tryPath();
    await once(() => call.trial.get().kind === "found");
  },
  join: async () => {
    const start = performance.now();
    const next = nextPicture();
    call.join();
    return (await next) - start;
  },
  leave: () => call.leave(),
};
