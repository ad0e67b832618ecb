#!/bin/sh
# coturn, for the media service alone: it passes nothing on to any other address, and has no port for administrators.
set -eu
name_of_media=${MEDIA_HOST:-media-calls}
folder=${TURN_FOLDER:-/tmp}
address_of_media() { getent ahostsv4 "$name_of_media" | awk '{ print $1; exit }'; }

config=$folder/turnserver.conf
media=$(address_of_media)
if [ -z "$media" ]; then
  echo "The media service does not run." >&2
  exit 1
fi
umask 077
cat > "$config" << END
listening-port=$TURN_PORT
min-port=${TURN_RELAY_PORT_FIRST:-49152}
max-port=${TURN_RELAY_PORT_LAST:-65535}
fingerprint
use-auth-secret
static-auth-secret=$(cat "${TURN_SECRET_FILE:-/run/secrets/turn-secret}")
realm=greenroom
no-cli
no-tls
no-dtls
no-multicast-peers
no-tcp-relay
stale-nonce=600
# An address that is allowed and denied is allowed.
allowed-peer-ip=$media
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
pidfile=$folder/turnserver.pid
userdb=$folder/turndb
log-file=stdout
simple-log
END
turnserver -c "$config" &
server=$!
trap 'kill "$server"; wait "$server" || true; exit 0' TERM INT
# A container that is made anew may have another address; then this one is started again, too.
while kill -0 "$server" 2> /dev/null; do
  sleep 5 & wait $!
  now=$(address_of_media || true)
  if [ -n "$now" ] && [ "$now" != "$media" ]; then
    kill "$server"
    exit 1
  fi
done
wait "$server"
