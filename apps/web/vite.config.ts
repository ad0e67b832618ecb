import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const outDir = fileURLToPath(new URL("dist", import.meta.url));
// Only while developing: the gateway serves what is built.
const gateway = process.env["GATEWAY_URL"] ?? "http://localhost:8080";

const compressible = /\.(?:js|css|html|svg|json|ttf|txt)$/;
/** Below this many bytes a second file gains nothing. */
const smallest = 1024;

/** Writes a .br and a .gz beside every asset, so that the gateway never compresses while somebody waits. */
function precompress(outDir: string): Plugin {
  return {
    name: "greenroom-precompress",
    apply: "build",
    closeBundle: async () => {
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && compressible.test(entry.name));
      await Promise.all(files.map((file) => compress(join(file.parentPath, file.name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < smallest) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const [brotli, zipped] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, zipped)]);
}

export default defineConfig({
  plugins: [react(), precompress(outDir)],
  server: { proxy: { "/api": { target: gateway, ws: true } } },
  build: {
    outDir,
    target: "es2023",
    // A content security policy without data: needs files.
    assetsInlineLimit: 0,
    // Monaco is one large chunk, loaded in the room alone.
    chunkSizeWarningLimit: 4000,
  },
  worker: { format: "es" },
});
