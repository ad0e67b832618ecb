RUN apt-get update && apt-get install -y --no-install-recommends rakudo && rm -rf /var/lib/apt/lists/*
