RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends fp-compiler fp-units-rtl fp-units-base fp-units-fcl fp-units-math && rm -rf /var/lib/apt/lists/*
