RUN apt-get update && apt-get install -y --no-install-recommends ldc && rm -rf /var/lib/apt/lists/*
