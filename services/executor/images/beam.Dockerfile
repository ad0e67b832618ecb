RUN apt-get update && apt-get install -y --no-install-recommends erlang-base elixir && rm -rf /var/lib/apt/lists/*
