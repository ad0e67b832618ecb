# One jar, for a virtual machine's archive of classes names what it was made with; and that archive, which saves a second.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends default-jre-headless groovy zip unzip && \
    mkdir /tmp/all && cd /tmp/all && for jar in $(ls /usr/share/groovy/lib/*.jar); do unzip -qo $jar; done && \
    zip -qr /usr/local/lib/groovy.jar . && cd / && rm -rf /tmp/all && echo 'println([1, 2].collect { it + 1 })' > /tmp/a.groovy && \
    java -XX:ArchiveClassesAtExit=/usr/local/lib/groovy.jsa -XX:+UseSerialGC -cp /usr/local/lib/groovy.jar:. groovy.ui.GroovyMain /tmp/a.groovy && \
    rm -rf /tmp/a.groovy /var/lib/apt/lists/*
