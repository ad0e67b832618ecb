RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends bash perl lua5.4 tcl gawk sqlite3 && rm -rf /var/lib/apt/lists/*
