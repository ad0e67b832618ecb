ARG BASE_IMAGE=debian:trixie-slim

# The sandbox's first process, static, so that it runs on anything. Every family builds it the same way: one cached layer.
FROM ${BASE_IMAGE} AS supervisor
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY supervisor /supervisor
RUN gcc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o /supervisor/supervisor /supervisor/*.c

FROM ${BASE_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 libatomic1 && rm -rf /var/lib/apt/lists/*
# Node, the TypeScript compiler and Node's types come from npm, through the executor's own dependencies.
COPY node /usr/local/bin/node
COPY typescript /usr/local/lib/typescript
COPY types /usr/local/lib/sandbox/node_modules
COPY tsconfig.json /usr/local/lib/sandbox/tsconfig.json
# Nothing here may lend anybody rights. /work is mounted when a sandbox starts, and takes its mode from here.
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} + && install -d -m 1777 /work
COPY --from=supervisor /supervisor/supervisor /supervisor
ENTRYPOINT ["/supervisor"]
