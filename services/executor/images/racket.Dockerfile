RUN apt-get update && apt-get install -y --no-install-recommends racket && rm -rf /var/lib/apt/lists/*
