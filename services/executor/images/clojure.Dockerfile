# One jar, for a virtual machine's archive of classes names what it was made with; and that archive, which saves a second.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends default-jre-headless clojure zip unzip && \
    mkdir /tmp/all && cd /tmp/all && for jar in /usr/share/java/clojure.jar /usr/share/java/spec.alpha.jar \
      /usr/share/java/core.specs.alpha.jar; do unzip -qo $jar; done && zip -qr /usr/local/lib/clojure.jar . && \
    cd / && rm -rf /tmp/all && printf '(println (map inc [1 2 3]))' > /tmp/a.clj && \
    java -XX:ArchiveClassesAtExit=/usr/local/lib/clojure.jsa -XX:+UseSerialGC -cp /usr/local/lib/clojure.jar:. clojure.main /tmp/a.clj && \
    rm -rf /tmp/a.clj /var/lib/apt/lists/*
