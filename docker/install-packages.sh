#!/bin/sh
# Installs the workspace's packages during the build of an image, with the pnpm that package.json names; the arguments
# say which. Reads the build secret "ca", when there is one, so that npm trusts a proxy that re-signs TLS.
set -eu
if [ -s /run/secrets/ca ]; then
  export NODE_EXTRA_CA_CERTS=/run/secrets/ca npm_config_cafile=/run/secrets/ca
fi
export CI=true
pnpm=$(node --print 'require("./package.json").packageManager')
exec npx --yes "$pnpm" install --frozen-lockfile --store-dir /store --reporter=append-only "$@"
