RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends r-base-core && rm -rf /var/lib/apt/lists/*
