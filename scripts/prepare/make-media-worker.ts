// For the image's build: makes mediasoup's worker from the package in one folder, as the file that is named next.
import { makeWorker } from "./media-worker.ts";

const [packageFolder, output] = process.argv.slice(2);
if (!packageFolder || !output) throw new Error("Usage: make-media-worker.ts MEDIASOUP_PACKAGE OUTPUT");
await makeWorker(packageFolder, output);
