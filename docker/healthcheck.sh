#!/bin/bash
# Healthy when the service says that it can do its work. Bash alone, because Node would take its 50 ms of a core each time.
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-8080}" || exit 1
printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
