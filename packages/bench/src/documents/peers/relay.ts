// The floor: whatever one client of a room sends goes to the others, unread and unkept.
import { type WebSocket, WebSocketServer } from "ws";

const server = new WebSocketServer({ port: Number(process.env["PORT"]), host: "127.0.0.1", perMessageDeflate: false });
const rooms = new Map<string, Set<WebSocket>>();

server.on("connection", (socket: WebSocket, { url = "/" }) => {
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(socket));
  socket.on("close", () => room.delete(socket));
  socket.on("message", (data, binary) => {
    for (const other of room) if (other !== socket) other.send(data, { binary });
  });
});
