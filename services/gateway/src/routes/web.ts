import { access } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import type { Server } from "@greenroom/shared/node/server.ts";
import type { FastifyReply, FastifyRequest } from "fastify";

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Greenroom is not built yet</title>
<h1>The web app is not built yet</h1>
<p>The services run, but there is no page to show: WEB_ROOT holds no index.html.
<code>npm start</code> builds it; the API is described at <a href="/api/docs">/api/docs</a>.</p>
</html>
`;

/** The web app: hashed assets for ever, and its one page, never from a cache, for every address of the app. */
export async function addWebRoutes(server: Server, webRoot: string): Promise<void> {
  const root = resolve(webRoot);
  // The build names files below /assets by their content, and lays .br and .gz beside them.
  await server.register(fastifyStatic, {
    root: join(root, "assets"),
    prefix: "/assets/",
    preCompressed: true,
    immutable: true,
    maxAge: "365d",
    index: false,
    dotfiles: "deny",
    suppressWarning: true,
  });
  server.get("/*", (request, reply) => sendPage(root, request, reply));
}

async function sendPage(root: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  // Fastify has decoded the wildcard; its declaration cannot know the name.
  const { "*": path } = request.params as { "*": string };
  void reply.header("cache-control", "no-cache");
  // An address of the app has no extension; what has one is a file, such as /favicon.svg, or a mistake.
  if (extname(path) !== "" && path !== "index.html") return reply.sendFile(path, root, { cacheControl: false });
  const built = await access(join(root, "index.html")).then(
    () => true,
    () => false,
  );
  if (!built) return reply.status(503).type("text/html; charset=utf-8").send(notBuilt);
  return reply.sendFile("index.html", root, { cacheControl: false });
}
