RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rustc && rm -rf /var/lib/apt/lists/*
