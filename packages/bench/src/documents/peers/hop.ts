// What stands before each peer as the gateway stands before ours: a process that ends the WebSocket, opens one of its own
// to the server behind it, and pipes frames, with the gateway's own code. It checks no tokens: those cost at the
// opening of a socket alone, which is not measured.
import { WebSocketServer } from "ws";
import { joinSockets } from "../../../../../services/gateway/src/socket/join-sockets.ts";
import { openUpstream } from "../../../../../services/gateway/src/socket/open-upstream.ts";

const upstreamUrl = process.env["UPSTREAM_URL"];
const server = new WebSocketServer({ port: Number(process.env["PORT"]), host: "127.0.0.1", perMessageDeflate: false });

server.on("connection", (client, { url = "/" }) => {
  client.pause();
  client.on("error", () => client.terminate());
  openUpstream({ url: new URL(url, upstreamUrl), headers: {} }).then(
    (owner) => joinSockets(client, owner),
    () => client.terminate(),
  );
});
