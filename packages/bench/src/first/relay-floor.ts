import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { openPage } from "@greenroom/shared/testing/browser.ts";
import { type WebSocket, WebSocketServer } from "ws";
import { typeAndCompare, watchKeys, watchLine } from "./keystroke.ts";

const page = `<!doctype html><title>relay</title><p id="line">#:</p><script>
const socket = new WebSocket(location.href.replace("http", "ws"));
const line = document.getElementById("line");
socket.onmessage = ({ data }) => { line.textContent += data; };
document.addEventListener("keydown", ({ key }) => socket.send(key));
</script>`;

/** The floor: the same pages and keys with a bare relay between them, which keeps and checks nothing. */
export async function measureRelay(browser: Browser): Promise<number[]> {
  const server = createServer((_request, response) => response.setHeader("content-type", "text/html").end(page));
  const relay = new WebSocketServer({ server });
  relay.on("connection", (socket: WebSocket) => {
    socket.on("message", (data: Buffer) => {
      for (const other of relay.clients) if (other !== socket) other.send(data.toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  try {
    const [typist, reader] = await Promise.all([openPage(browser), openPage(browser)]);
    for (const opened of [typist, reader]) await opened.page.goto(url);
    await watchLine(reader.page, "#line", "#:");
    await watchKeys(typist.page);
    const times = await typeAndCompare(typist.page, reader.page);
    for (const opened of [typist, reader]) await opened.context.close();
    return times;
  } finally {
    relay.close();
    server.close();
  }
}
