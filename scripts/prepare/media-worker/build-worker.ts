import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { debianRelease, type Package } from "../apt.ts";
import { run, succeeds } from "../progress.ts";
import { compileAll, type Compilation } from "./compile.ts";
import { unpackLibsrtp } from "./libsrtp.ts";
import { groupSources } from "./source-units.ts";

const adapters = fileURLToPath(new URL("include", import.meta.url));
const patchedSource = "src/RTC/DtlsTransport.cpp";

/** What apt must bring before the worker can be built. */
export async function missingWorkerPackages(): Promise<Package[]> {
  const names = ["g++", "flatbuffers-compiler", "libflatbuffers-dev", "libabsl-dev", "libuv1-dev", "libssl-dev"];
  // Since trixie OpenSSL's static library needs these.
  if (debianRelease() !== "bookworm") names.push("zlib1g-dev", "libzstd-dev");
  const packages: Package[] = [];
  for (const name of names) {
    const installed = await succeeds("dpkg-query", ["--show", "--showformat=${db:Status-Status}", name]);
    if (!installed) packages.push({ name, why: "to build mediasoup's worker, which carries the calls" });
  }
  return packages;
}

/**
 * Builds mediasoup's worker from the source in its npm package with Debian's compilers and libraries, without the tools
 * and downloads of its own build: those need GitHub, and a newer meson than bookworm's. It needs nothing but libc to run.
 *
 * @param packageFolder mediasoup's, as npm unpacks it
 * @param output the binary's path
 * @param optimisation the compiler's: the second level takes a third longer, and is for those who have many calls
 */
export async function buildWorker(packageFolder: string, output: string, optimisation: "-O1" | "-O2"): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-media-worker-"));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clear);
  try {
    const worker = join(packageFolder, "worker");
    for (const name of ["generated", "patched", "units", "objects"]) mkdirSync(join(folder, name));
    const libsrtp = await unpackLibsrtp(folder);
    await generateTables(worker, join(folder, "generated/FBS"));
    await compileAll(compilationOf({ worker, folder, libsrtp, optimisation }));
    await link(join(folder, "objects"), output);
  } finally {
    process.off("exit", clear);
    clear();
  }
}

/** The headers of the messages between a worker and its Node process, as mediasoup's fbs/meson.build has them made. */
async function generateTables(worker: string, to: string): Promise<void> {
  mkdirSync(to);
  const tables = readdirSync(join(worker, "fbs")).filter((name) => name.endsWith(".fbs"));
  const style = ["--cpp", "--scoped-enums", "--reflect-names", "--cpp-field-case-style", "lower"];
  const paths = tables.map((name) => join(worker, "fbs", name));
  await run("flatc", [...style, "--filename-suffix", "", "-o", to, ...paths]);
}

function compilationOf(parts: {
  worker: string;
  folder: string;
  libsrtp: { folder: string; sources: readonly string[] };
  optimisation: string;
}): Compilation {
  const { worker, folder, libsrtp, optimisation } = parts;
  const libwebrtc = join(worker, "deps/libwebrtc");
  const own = [...readMesonList(join(worker, "meson.build"), "common_sources"), "src/main.cpp"];
  const borrowed = readMesonList(join(libwebrtc, "meson.build"), "libwebrtc_sources");
  const units = join(folder, "units");
  const sections = ["-ffunction-sections", "-fdata-sections"];
  const common = [optimisation, "-DNDEBUG", "-w", ...sections, `-ffile-prefix-map=${folder}=.`];
  const include = (...paths: string[]) => paths.map((path) => `-I${path}`);
  return {
    folder,
    units: groupSources(
      own.map((path) => (path === patchedSource ? patch(worker, join(folder, "patched")) : join(worker, path))),
      { folder: units, prefix: "worker" },
    ),
    libwebrtcUnits: groupSources(
      borrowed.map((path) => join(libwebrtc, path)),
      { folder: units, prefix: "libwebrtc" },
    ),
    cppFlags: [
      "-std=c++20",
      ...common,
      "-DMS_LITTLE_ENDIAN",
      "-DMS_EXECUTABLE",
      "-DFLATBUFFERS_LOCALE_INDEPENDENT=1",
      ...include(adapters, join(worker, "include"), join(folder, "generated")),
      ...include(libwebrtc, join(libwebrtc, "libwebrtc"), join(libsrtp.folder, "include")),
    ],
    cSources: libsrtp.sources,
    cFlags: [
      ...common,
      "-DHAVE_CONFIG_H",
      ...include(...["", "include", "crypto/include"].map((path) => join(libsrtp.folder, path))),
    ],
  };
}

/** The entries of a list in meson.build, of all its parts. */
function readMesonList(file: string, name: string): string[] {
  const lists = readFileSync(file, "utf8").matchAll(new RegExp(`^\\s*${name} \\+?= \\[([^\\]]*)\\]`, "gm"));
  const entries = [...lists].flatMap(([, list = ""]) =>
    [...list.matchAll(/'([^']+)'/g)].map(([, entry = ""]) => entry),
  );
  if (entries.length < 20) throw new Error(`The sources of mediasoup's worker cannot be read from ${file}.`);
  return [...new Set(entries)];
}

/**
 * The callback on the worker's BIO has to give back, of a call that is returning, that call's own result
 * (BIO_set_callback_ex(3)). It does for BIO_CB_RETURN alone, and otherwise says 1. An OpenSSL with kernel TLS, as Debian's,
 * takes that for a yes when it asks whether kernel TLS is used, and the worker dies of its first DTLS handshake.
 */
function patch(worker: string, folder: string): string {
  const text = readFileSync(join(worker, patchedSource), "utf8");
  const patched = text.replace("(operationType == BIO_CB_RETURN)", "((operationType & BIO_CB_RETURN) != 0)");
  if (patched === text) throw new Error(`${patchedSource} is another one than the patch is for.`);
  const path = join(folder, basename(patchedSource));
  writeFileSync(path, patched);
  return path;
}

async function link(objects: string, output: string): Promise<void> {
  const libraries = dirname((await run("gcc", ["-print-file-name=libssl.a"])).trim());
  const found = (...names: string[]) => names.map((name) => join(libraries, name)).filter((path) => existsSync(path));
  const archives = [
    // Trixie's and bookworm's names.
    ...found("libuv.a", "libuv_a.a").slice(0, 1),
    ...found("libssl.a", "libcrypto.a", "libflatbuffers.a", "libzstd.a", "libz.a"),
    ...found(...readdirSync(libraries).filter((name) => /^libabsl_.*\.a$/.test(name))),
  ];
  const whole = readdirSync(objects)
    .sort()
    .map((name) => join(objects, name));
  const alone = ["-static-libstdc++", "-static-libgcc", "-Wl,--gc-sections"];
  await run("g++", [
    "-o",
    output,
    ...whole,
    ...alone,
    "-Wl,--start-group",
    ...archives,
    "-Wl,--end-group",
    "-lpthread",
  ]);
}
