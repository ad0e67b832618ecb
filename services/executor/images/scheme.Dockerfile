RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends guile-3.0 && rm -rf /var/lib/apt/lists/*
