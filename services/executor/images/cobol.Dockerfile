RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gnucobol3 && rm -rf /var/lib/apt/lists/*
