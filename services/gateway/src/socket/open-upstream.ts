import { maxDownFrameBytes } from "@greenroom/shared/protocol/version.ts";
import { WebSocket } from "ws";

const handshakeWithinMs = 5_000;

/**
 * Opens a socket to a service behind the door. It comes paused, so that nothing is lost before somebody listens.
 *
 * @param options.url where to, as http(s)
 * @param options.refused makes an error of a service's answer that is no upgrade
 */
export function openUpstream(options: {
  url: URL;
  protocols?: string[];
  headers: Record<string, string>;
  refused?: (body: string) => Error;
}): Promise<WebSocket> {
  const { url, protocols = [], headers, refused } = options;
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const upstream = new WebSocket(url, protocols, {
    headers,
    handshakeTimeout: handshakeWithinMs,
    maxPayload: maxDownFrameBytes,
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    // Stays for as long as the socket does: an error is followed by a close, and that is what counts.
    upstream.on("error", reject);
    upstream.once("open", () => {
      upstream.pause();
      resolve(upstream);
    });
    if (!refused) return;
    upstream.once("unexpected-response", (request, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => reject(refused(Buffer.concat(chunks).toString())));
      response.once("error", reject);
      response.once("close", () => request.destroy());
    });
  });
}
