RUN apt-get update && apt-get install -y --no-install-recommends crystal && rm -rf /var/lib/apt/lists/*
