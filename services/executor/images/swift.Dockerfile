RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends swiftlang libc6-dev libstdc++-14-dev && rm -rf /var/lib/apt/lists/*
