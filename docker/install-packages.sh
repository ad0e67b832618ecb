#!/bin/sh
# Installs the workspace's packages during the build of an image, with the pnpm that package.json names; the arguments
# say which. Reads the build secret "ca", when there is one, so that npm trusts a proxy that re-signs TLS.
set -eu
if [ -s /run/secrets/ca ]; then
  export NODE_EXTRA_CA_CERTS=/run/secrets/ca npm_config_cafile=/run/secrets/ca
fi
# Corepack would refuse to run npm in a workspace of pnpm's.
export CI=true COREPACK_ENABLE_STRICT=0 COREPACK_ENABLE_DOWNLOAD_PROMPT=0
corepack prepare npm@11.21.2 --activate
# With pnpm's own 64 connections at once, one of them hangs behind some proxies until its minute is over.
export pnpm_config_network_concurrency=8
pnpm=$(node --print 'require("./package.json").packageManager')
# This is the pnpm that package.json asks for: it need not look for itself in the lockfile.
exec npx --yes "$pnpm" install --frozen-lockfile --pm-on-fail=ignore --store-dir /store --reporter=append-only "$@"
