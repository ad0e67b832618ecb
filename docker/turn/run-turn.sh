#!/bin/sh
# coturn, for the media service alone: it passes nothing on to any other address, and has no port for administrators.
set -eu
announced=${MEDIA_ANNOUNCED_ADDRESSES:-}
if [ -z "$announced" ]; then
  announced=${PUBLIC_URL#*://}
  announced=${announced%%[:/]*}
fi
config=/tmp/turnserver.conf
(
  umask 077
  cat > "$config" << END
listening-port=$TURN_PORT
fingerprint
use-auth-secret
static-auth-secret=$(cat /run/secrets/turn-secret)
realm=greenroom
no-cli
no-tls
no-dtls
no-multicast-peers
no-tcp-relay
stale-nonce=600
# An address that is allowed and denied is allowed.
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
pidfile=/tmp/turnserver.pid
userdb=/tmp/turndb
log-file=stdout
simple-log
END
  for name in $(echo "$announced" | tr , ' '); do
    getent ahosts "$name" | awk '{ print $1 }' | sort -u | sed 's/^/allowed-peer-ip=/' >> "$config"
  done
)
exec turnserver -c "$config"
