RUN apt-get update && apt-get install -y --no-install-recommends nasm binutils && rm -rf /var/lib/apt/lists/*
