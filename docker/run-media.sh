#!/bin/bash
# Browsers are told where the media service is, and a container does not know its machine's address: it is the address of
# PUBLIC_URL's host unless MEDIA_ANNOUNCED_ADDRESSES says otherwise.
set -eu
addresses_of() { getent ahostsv4 "$1" | awk '{ print $1 }' | sort -u | paste -sd, -; }

if [ -z "${MEDIA_ANNOUNCED_ADDRESSES:-}" ]; then
  host=${PUBLIC_URL#*://}
  host=${host%%[:/]*}
  MEDIA_ANNOUNCED_ADDRESSES=$(addresses_of "$host")
  if [ -z "$MEDIA_ANNOUNCED_ADDRESSES" ]; then
    echo "PUBLIC_URL's host $host has no IPv4 address here: set MEDIA_ANNOUNCED_ADDRESSES (see .env.example)." >&2
    exit 1
  fi
fi
# The stack's own TURN server finds this container by the address that it has in their network, behind whatever NAT.
if [ -n "${TURN_URLS:-}" ] && [ -z "${TURN_SECRET:-}" ]; then
  MEDIA_ANNOUNCED_ADDRESSES=$MEDIA_ANNOUNCED_ADDRESSES,$(addresses_of media-calls)
fi
export MEDIA_ANNOUNCED_ADDRESSES
last=$((MEDIA_PORT + ${MEDIA_WORKERS:-1} - 1))
if [ "$last" -gt "$MEDIA_PORT_LAST" ]; then
  echo "MEDIA_WORKERS=$MEDIA_WORKERS needs MEDIA_PORT_LAST=$last: docker compose must publish a port for each." >&2
  exit 1
fi
exec node services/media/src/main.ts
