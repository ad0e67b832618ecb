RUN apt-get update && apt-get install -y --no-install-recommends ocaml && rm -rf /var/lib/apt/lists/*
