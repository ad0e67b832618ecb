// ShareDB on Postgres: each operation is a transaction of its own, and nobody is told before it is committed.
import { Duplex } from "node:stream";
import { type as textType } from "ot-text-unicode";
import ShareDB from "sharedb";
import PostgresDB from "sharedb-postgres";
import { type WebSocket, WebSocketServer } from "ws";

ShareDB.types.register(textType);
const db = new PostgresDB({ connectionString: process.env["DATABASE_URL"], max: 20 });
const backend = new ShareDB({ db });
const server = new WebSocketServer({ port: Number(process.env["PORT"]), host: "127.0.0.1", perMessageDeflate: false });

/** ShareDB speaks to a stream of messages. */
function streamOf(socket: WebSocket): Duplex {
  const stream = new Duplex({
    objectMode: true,
    read: () => undefined,
    write: (message: unknown, _encoding, done) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
      done();
    },
    final: (done) => {
      socket.close();
      done();
    },
  });
  socket.on("message", (data) => stream.push(JSON.parse(String(data))));
  socket.on("close", () => {
    stream.push(null);
    stream.end();
    stream.emit("close");
    stream.emit("end");
  });
  return stream;
}

server.on("connection", (socket) => void backend.listen(streamOf(socket)));
