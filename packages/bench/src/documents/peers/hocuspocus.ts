// Hocuspocus with its database extension and its own defaults: a document is stored two seconds after its last change,
// or ten after its first, and everybody has been told long before.
import { Database } from "@hocuspocus/extension-database";
import { Server } from "@hocuspocus/server";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"], max: 20 });

const database = new Database({
  fetch: async ({ documentName }) => {
    const { rows } = await pool.query<{ data: Buffer }>("select data from document where name = $1", [documentName]);
    return rows[0]?.data ?? null;
  },
  store: async ({ documentName, state }) => {
    const upsert = "insert into document values ($1, $2) on conflict (name) do update set data = excluded.data";
    await pool.query(upsert, [documentName, state]);
  },
});

const server = new Server({
  port: Number(process.env["PORT"]),
  address: "127.0.0.1",
  quiet: true,
  extensions: [database],
  websocketOptions: { perMessageDeflate: false },
});
await server.listen();
