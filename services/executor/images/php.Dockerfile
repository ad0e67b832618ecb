RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends php-cli php-mbstring php-bcmath && rm -rf /var/lib/apt/lists/*
