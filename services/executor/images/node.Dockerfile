RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 libatomic1 && rm -rf /var/lib/apt/lists/*
# Node, the TypeScript compiler and Node's types come from npm, through the executor's own dependencies.
COPY node /usr/local/bin/node
COPY typescript /usr/local/lib/typescript
COPY types /usr/local/lib/sandbox/node_modules
