#!/bin/sh
# The executor may use the engine's socket, whose group has another number on every machine: it is read here, as root
# that can do nothing but change users, and then the executor runs as an ordinary user of that group.
set -eu
group=$(stat -c %g "${DOCKER_SOCKET:-/var/run/docker.sock}")
exec setpriv --reuid greenroom --regid greenroom --groups "$group" node services/executor/src/main.ts
