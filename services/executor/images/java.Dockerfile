RUN apt-get update && apt-get install -y --no-install-recommends openjdk-25-jdk-headless && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
# The classes of the compiler, and those of typical programs, loaded and linked, as the virtual machine has them in memory:
# two thirds of what it takes to compile a small program. The flags are those of src/runtimes/java.ts that matter here.
COPY java /tmp/java
RUN mkdir -p /usr/local/lib/java && cd /tmp/java && flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1" && \
    ! java $flags -XX:AOTCacheOutput=/usr/local/lib/java/compile.aot com.sun.tools.javac.Main -proc:none -d out \
      Typical.java Hello.java Wrong.java && \
    cd out && ! printf '1 2\n3 word\nline\n' | java $flags -XX:AOTCacheOutput=/usr/local/lib/java/run.aot -cp . Typical && \
    cd / && rm -rf /tmp/java && ls -l /usr/local/lib/java/compile.aot /usr/local/lib/java/run.aot
