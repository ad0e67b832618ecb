import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Family } from "../runtimes.ts";
import { callRules } from "./seccomp.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const requireFromHere = createRequire(import.meta.url);

interface Entry {
  /** In the context, at most 100 bytes. */
  readonly path: string;
  /** The file it comes from, or what is in it. */
  readonly source: string | Buffer;
  readonly mode: 0o644 | 0o755;
  /** Stands for the content in the hash: package and version, where reading the file would take long. */
  readonly identity?: string;
}

/** The files an image is built from, and a hash that changes whenever one of them does. */
export interface BuildContext {
  readonly dockerfile: string;
  readonly hash: string;
  readonly tar: () => Readable;
}

/**
 * What a family's image is made with: `images/<family>.Dockerfile` between the beginning and the end that all share. Files
 * it copies are in `images/<family>/`.
 */
async function composeDockerfile(family: Family): Promise<Buffer> {
  const parts = ["head.part", `${family}.Dockerfile`, "tail.part"];
  return Buffer.concat(await Promise.all(parts.map((part) => readFile(join(root, "images", part)))));
}

export async function createBuildContext(family: Family): Promise<BuildContext> {
  const dockerfile = "Dockerfile";
  const entries = [
    ...(await folder(join(root, "supervisor"), "supervisor")),
    ...(existsSync(join(root, "images", family)) ? await folder(join(root, "images", family), family) : []),
    { path: "supervisor/call-rules.inc", source: Buffer.from(callRules()), mode: 0o644 } as const,
    { path: dockerfile, source: await composeDockerfile(family), mode: 0o644 } as const,
    ...(family === "node" ? await nodeEntries() : []),
    ...(family === "kotlin" ? await kotlinEntries() : []),
  ].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const hash = createHash("sha256");
  for (const entry of entries) {
    hash.update(`${entry.path}\0${entry.mode}\0`);
    hash.update(entry.identity ?? (typeof entry.source === "string" ? await readFile(entry.source) : entry.source));
  }
  return { dockerfile, hash: hash.digest("hex"), tar: () => Readable.from(tarOf(entries)) };
}

async function folder(source: string, path: string, identity?: string): Promise<Entry[]> {
  const entries = await readdir(source, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const executable = identity !== undefined && !entry.name.includes(".");
      const base = {
        path: join(path, relative(source, file)),
        source: file,
        mode: executable ? 0o755 : 0o644,
      } as const;
      return identity === undefined ? base : { ...base, identity };
    });
}

/** A package as `from` resolves it: where it lies, and its name and version. */
async function findPackage(name: string, from = requireFromHere): Promise<{ path: string; identity: string }> {
  const manifest = await realpath(from.resolve(`${name}/package.json`));
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string }; // every package has one
  return { path: dirname(manifest), identity: `${name}@${version}` };
}

/** Node, the TypeScript compiler for this machine, and Node's types, all from the executor's dependencies. */
async function nodeEntries(): Promise<Entry[]> {
  const node = await findPackage("node");
  const typescript = await findPackage("typescript");
  const compilerName = `@typescript/typescript-${process.platform}-${process.arch}`;
  const compiler = await findPackage(compilerName, createRequire(join(typescript.path, "package.json")));
  const types = await findPackage("@types/node");
  const undici = await findPackage("undici-types", createRequire(join(types.path, "package.json")));
  return [
    { path: "node", source: join(node.path, "bin/node"), mode: 0o755, identity: `${node.identity}-${process.arch}` },
    ...(await folder(join(compiler.path, "lib"), "typescript/lib", compiler.identity)),
    ...(await folder(types.path, "types/@types/node", types.identity)),
    ...(await folder(undici.path, "types/undici-types", undici.identity)),
  ];
}

/** What the compiler needs to run, and programs to be compiled. The rest of the package is for other targets. */
const kotlinJars = [
  "annotations-13.0",
  "kotlin-compiler",
  "kotlin-reflect",
  "kotlin-script-runtime",
  "kotlin-stdlib",
  "kotlinx-coroutines-core-jvm",
];

async function kotlinEntries(): Promise<Entry[]> {
  const { path, identity } = await findPackage("kotlin-compiler");
  return kotlinJars.map((name) => ({
    path: `kotlin/${name}.jar`,
    source: join(path, "lib", `${name}.jar`),
    mode: 0o644,
    identity,
  }));
}

const block = 512;

/** A tar in the ustar format (POSIX.1-1988): 512-byte headers, content padded to 512 bytes, two empty blocks at the end. */
async function* tarOf(entries: readonly Entry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    const size = typeof entry.source === "string" ? (await stat(entry.source)).size : entry.source.length;
    yield tarHeader(entry, size);
    if (typeof entry.source !== "string") yield entry.source;
    else
      for await (const chunk of createReadStream(entry.source, { highWaterMark: 1024 * 1024 })) yield chunk as Buffer; // no encoding set
    yield Buffer.alloc((block - (size % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

function tarHeader(entry: Entry, size: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, width: number): void => {
    header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at);
  };
  const name = entry.path.length <= 100 ? entry.path : basename(entry.path);
  const prefix = entry.path.length <= 100 ? "" : dirname(entry.path);
  if (name.length > 100 || prefix.length > 155) throw new Error(`The path "${entry.path}" is too long for a tar.`);
  header.write(name, 0);
  octal(entry.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
