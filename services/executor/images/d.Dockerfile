RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ldc && rm -rf /var/lib/apt/lists/*
