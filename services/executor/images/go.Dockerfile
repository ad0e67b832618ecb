RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends golang-go && rm -rf /var/lib/apt/lists/*
# The standard library, compiled ahead, and where each of its packages is: then compiler and linker need not be told more.
RUN export HOME=/root CGO_ENABLED=0 GOCACHE=/usr/local/lib/go-std GOFLAGS=-trimpath && cd / && \
    go list -export -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' std > /usr/local/lib/go-importcfg && \
    chmod -R a+rX /usr/local/lib/go-std
