#!/bin/bash
# Browsers are told where the media service is, and a container does not know its machine's address: it is the address of
# PUBLIC_URL's host unless MEDIA_ANNOUNCED_ADDRESSES says otherwise.
set -eu
if [ -z "${MEDIA_ANNOUNCED_ADDRESSES:-}" ]; then
  host=${PUBLIC_URL#*://}
  host=${host%%[:/]*}
  MEDIA_ANNOUNCED_ADDRESSES=$(getent ahostsv4 "$host" | awk '{ print $1 }' | sort -u | paste -sd, -)
  if [ -z "$MEDIA_ANNOUNCED_ADDRESSES" ]; then
    echo "PUBLIC_URL's host $host has no IPv4 address here: set MEDIA_ANNOUNCED_ADDRESSES (see .env.example)." >&2
    exit 1
  fi
  export MEDIA_ANNOUNCED_ADDRESSES
fi
last=$((MEDIA_PORT + ${MEDIA_WORKERS:-1} - 1))
if [ "$last" -gt "$MEDIA_PORT_LAST" ]; then
  echo "MEDIA_WORKERS=$MEDIA_WORKERS needs MEDIA_PORT_LAST=$last: docker compose must publish a port for each." >&2
  exit 1
fi
exec node services/media/src/main.ts
