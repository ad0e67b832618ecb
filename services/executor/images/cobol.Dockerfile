# The runtime library was made with another version of libxml2 than trixie has, and every program would say so on stderr.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gnucobol3 && rm -rf /var/lib/apt/lists/* && \
    echo 'void xmlCheckVersion(int version) { (void)version; }' | gcc -O2 -fPIC -x c -c -o /usr/local/lib/no-xml-version.o -
