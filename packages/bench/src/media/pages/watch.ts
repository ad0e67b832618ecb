// Put into pages of the product before anything else of theirs.
import { videoBytes, watchConnections } from "./pictures.ts";

watchConnections();
window.benchVideoBytes = videoBytes;
