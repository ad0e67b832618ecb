RUN apt-get update && apt-get install -y --no-install-recommends gnat-14 && rm -rf /var/lib/apt/lists/*
