import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { debianMirror } from "../apt.ts";
import { run } from "../progress.ts";

/** Trixie's and bookworm's, by the hashes of their `.dsc` files: a mirror need not have both. */
const releases = [
  { version: "2.7.0", sha256: "54facb1727a557c2a76b91194dcb2d0a453aaf8e2d0cbbf1e3c2848c323e28ad" },
  { version: "2.5.0", sha256: "8a43ef8e9ae2b665292591af62aa1a4ae41e468b6d98d8258f91478735da4e09" },
] as const;

/** What its configure script finds out on Linux, with OpenSSL for all cryptography. */
const config = `
#define PACKAGE_STRING "libsrtp2"
#define PACKAGE_VERSION "2"
#define OPENSSL 1
#define GCM 1
#define USE_EXTERNAL_CRYPTO 1
#if defined(__x86_64__) || defined(__i386__)
#define CPU_CISC 1
#define HAVE_X86 1
#else
#define CPU_RISC 1
#endif
#define HAVE_ARPA_INET_H 1
#define HAVE_BYTESWAP_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_NETINET_IN_H 1
#define HAVE_STDINT_H 1
#define HAVE_STDLIB_H 1
#define HAVE_SYS_SOCKET_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_SYS_UIO_H 1
#define HAVE_UNISTD_H 1
#define HAVE_INT8_T 1
#define HAVE_UINT8_T 1
#define HAVE_INT16_T 1
#define HAVE_UINT16_T 1
#define HAVE_INT32_T 1
#define HAVE_UINT32_T 1
#define HAVE_UINT64_T 1
#define SIZEOF_UNSIGNED_LONG __SIZEOF_LONG__
#define SIZEOF_UNSIGNED_LONG_LONG 8
`;

const sources = [
  "srtp/srtp.c",
  "crypto/cipher/cipher.c",
  "crypto/cipher/cipher_test_cases.c",
  "crypto/cipher/null_cipher.c",
  "crypto/cipher/aes_icm_ossl.c",
  "crypto/cipher/aes_gcm_ossl.c",
  "crypto/hash/auth.c",
  "crypto/hash/auth_test_cases.c",
  "crypto/hash/null_auth.c",
  "crypto/hash/hmac_ossl.c",
  "crypto/kernel/alloc.c",
  "crypto/kernel/crypto_kernel.c",
  "crypto/kernel/err.c",
  "crypto/kernel/key.c",
  "crypto/math/datatypes.c",
  "crypto/replay/rdb.c",
  "crypto/replay/rdbx.c",
];

/**
 * The source of libsrtp 2, ready to be compiled into something. Debian's library is linked against NSS, which is no use
 * here.
 *
 * @returns its folder, and the paths of its sources
 */
export async function unpackLibsrtp(folder: string): Promise<{ folder: string; sources: readonly string[] }> {
  const archive = join(folder, "libsrtp.tar.gz");
  const unpacked = join(folder, "libsrtp");
  mkdirSync(unpacked);
  await download(archive);
  await run("tar", ["-xzf", archive, "-C", unpacked, "--strip-components=1", "--no-same-owner"]);
  writeFileSync(join(unpacked, "config.h"), config);
  return { folder: unpacked, sources: sources.map((source) => join(unpacked, source)) };
}

async function download(path: string): Promise<void> {
  const mirror = await debianMirror();
  const failures: unknown[] = [];
  for (const { version, sha256 } of releases) {
    const url = `${mirror}/pool/main/libs/libsrtp2/libsrtp2_${version}.orig.tar.gz`;
    const settings = ["-o", "APT::Sandbox::User=root"];
    try {
      await run("/usr/lib/apt/apt-helper", [...settings, "download-file", url, path, `SHA256:${sha256}`]);
      return;
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, "The source of libsrtp cannot be had from this machine's Debian mirror.");
}
