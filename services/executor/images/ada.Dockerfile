RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gnat-14 && rm -rf /var/lib/apt/lists/*
