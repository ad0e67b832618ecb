RUN apt-get update && apt-get install -y --no-install-recommends php-cli php-mbstring php-bcmath && rm -rf /var/lib/apt/lists/*
