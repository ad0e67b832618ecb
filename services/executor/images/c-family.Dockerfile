RUN apt-get update && apt-get install -y --no-install-recommends gcc g++ libc6-dev binutils-gold && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
# The header of everything, compiled ahead: a second or more of each compilation that includes it first. The flags that
# change code must be those of src/runtimes/c-family.ts, or the compiler passes it by. And the same without the headers
# that leave the compiler a third of a second of work in every program that includes them, for programs that do not; of
# the others' work the plugin has as much done ahead as can be. It trips over destructors that share their code.
COPY c-family /tmp/c-family
RUN header="$(find /usr/include -path '*/bits/stdc++.h')" light=/usr/local/include/light/bits/stdc++.h && \
    plugins="gcc-$(gcc -dumpversion)-plugin-dev" && apt-get update && apt-get install -y --no-install-recommends "$plugins" && \
    g++ -O2 -shared -fPIC -fno-rtti -I"$(gcc -print-file-name=plugin)/include" /tmp/c-family/instantiate.cc -o /tmp/instantiate.so && \
    mkdir -p "$(dirname "$light")" && echo "#line 1 \"$header\"" > "$light" && \
    sed -E 's/.*<(format|print|chrono|generator)>.*//' "$header" >> "$light" && echo '#pragma greenroom instantiate' >> "$light" && \
    g++ -O2 -std=gnu++20 -fdeclone-ctor-dtor -fplugin=/tmp/instantiate.so -x c++-header "$light" -o "$light.gch" && \
    sed -i '/^#pragma greenroom/d' "$light" && \
    g++ -O2 -std=gnu++20 -x c++-header "$header" -o "$header.gch" && \
    apt-get purge -y --auto-remove "$plugins" && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /tmp/instantiate.so /tmp/c-family
