ARG BASE_IMAGE=debian:trixie-slim

# The sandbox's first process, static, so that it runs on anything. Every family builds it the same way: one cached layer.
FROM ${BASE_IMAGE} AS supervisor
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY supervisor /supervisor
RUN gcc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o /supervisor/supervisor /supervisor/*.c

FROM ${BASE_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends gcc g++ libc6-dev && rm -rf /var/lib/apt/lists/*
# The header of everything, compiled ahead: a second or more of each compilation that includes it first. The flags that
# change code must be those of src/runtimes.ts, or the compiler passes it by.
RUN header="$(find /usr/include -path '*/bits/stdc++.h')" && g++ -O2 -std=gnu++20 -x c++-header "$header" -o "$header.gch"
# Nothing here may lend anybody rights. /work is mounted when a sandbox starts, and takes its mode from here.
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} + && install -d -m 1777 /work
COPY --from=supervisor /supervisor/supervisor /supervisor
ENTRYPOINT ["/supervisor"]
