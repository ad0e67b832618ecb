RUN apt-get update && apt-get install -y --no-install-recommends swiftlang && rm -rf /var/lib/apt/lists/*
